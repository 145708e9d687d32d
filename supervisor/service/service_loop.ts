/**
 * Keeps one service running: the only owner of its process.
 *
 * Every wish, every exit and every answer of a probe is a message in one
 * mailbox and is dealt with one at a time, so two callers cannot race. What to
 * do is decided by a pure function (next_action.ts); here it is done.
 *
 * @module
 */

import type { ServiceSpec } from "../config/service_spec.ts";
import { createAttempt } from "./attempt.ts";
import {
  type Action,
  type MemoryUsage,
  type Message,
  NO_MEMORY,
} from "./decision.ts";
import { createLauncher, type LaunchContext } from "./launch.ts";
import { createMailbox } from "./mailbox.ts";
import { nextAction } from "./next_action.ts";
import type { ServiceNote } from "./note.ts";
import type { InUse, ProcessRun } from "./process_run.ts";
import { type Clock, MACHINE_CLOCK } from "./schedule_clock.ts";
import type { State } from "./state.ts";
import { createStateCell, type StateCell } from "./state_cell.ts";
import { createTimetable, type RunMemory, type Runs } from "./timetable.ts";

/** What a loop needs from its supervisor. */
export interface LoopContext extends Omit<LaunchContext, "onNote"> {
  /** What is remembered of the runs of those with a schedule. */
  schedules: RunMemory;
  /** What schedules go by. @default {that of this machine} */
  clock?: Clock;
  /** Resolves once the service may start; throws if it never can. */
  untilMayStart(
    report: (waitingFor: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Hears of each change of state, with words for it. */
  onChange(previous: State, message: string): void;
  /** Hears of what changes no state, with words for it. */
  onNote(note: ServiceNote, message: string): void;
  /** From 0 up to but not including 1. @default {Math.random} */
  random?: () => number;
}

/** One service being looked after. */
export interface ServiceLoop extends Pick<StateCell, "until"> {
  /** What its next process is started with. */
  readonly spec: ServiceSpec;
  /** What the process that runs was started with. */
  readonly inUse: InUse | undefined;
  readonly state: State;
  /** What its processes have left behind, in words; empty for nothing. */
  readonly leftBehind: string;
  /**
   * What to change in the config, since the last of its processes that ended
   * failed of that; empty for nothing, and once it runs well.
   */
  readonly hint: string;
  /** How often it was started again after it had ended by itself. */
  readonly restarts: number;
  /** The runs of one with a schedule; undefined for others. */
  readonly runs: Runs | undefined;
  /**
   * Runs it, once its dependencies allow; forgets earlier restarts. One with a
   * schedule waits until it is due.
   */
  start(): void;
  /** Runs it, also one with a schedule. */
  startNow(): void;
  /** Ends it. */
  stop(): void;
  /** Has it rest, and says that it was stopped by hand before. */
  leaveStopped(): void;
  /**
   * Takes over a new spec. The process that runs is left alone: until it is
   * started again, only how it is ended and what follows its end are new.
   */
  update(spec: ServiceSpec): void;
  /** Ends a process that uses too much, as if it had failed. */
  endOverLimit(usage: MemoryUsage, reason: string): void;
  /**
   * Adds an event about something that changes no state.
   *
   * @param note What kind of event it is. @default {`service_note`}
   */
  addNote(message: string, note?: ServiceNote): void;
  /** Resolves when everything its processes wrote has been taken. */
  drained(): Promise<void>;
}

const STOPPED_BY_HAND =
  "was stopped by hand and stays so until somebody starts it";

/** A message, and whether what it speaks of is over by now. */
interface Letter {
  message: Message;
  isLate?: () => boolean;
}

/** Looks after one service. Nothing runs before the first start(). */
export function createServiceLoop(
  initialSpec: ServiceSpec,
  context: LoopContext,
): ServiceLoop {
  let spec = initialSpec;
  let memory = NO_MEMORY;
  let run: ProcessRun | undefined;
  let leftBehind = "";
  let hint = "";
  const outputs = new Set<Promise<unknown>>();
  const cell = createStateCell(context.onChange);
  const addNote: ServiceLoop["addNote"] = (
    message,
    note = { type: "service_note" },
  ) => context.onNote(note, message);
  const launcher = createLauncher(() => spec, { ...context, onNote: addNote });

  const timetable = createTimetable(spec.service, {
    clock: context.clock ?? MACHINE_CLOCK,
    memory: context.schedules,
    onDue: (due) => post(due),
    onNote: addNote,
  });

  const mailbox = createMailbox<Letter>(async ({ message, isLate }) => {
    if (isLate?.()) return;
    for (let next: Message | void = message; next;) next = await follow(next);
  });
  const post = (message: Message, isLate?: () => boolean) =>
    mailbox.post({ message, ...(isLate ? { isLate } : {}) });
  const attempt = createAttempt(context.untilMayStart, post);

  /** Does what follows a message; returns what comes of that, if it is known. */
  const follow = async (message: Message): Promise<Message | void> => {
    if (message.type === "ended") {
      ({ leftBehind } = message);
      hint = message.lastWords.isAdvice ? message.lastWords.words : "";
    }
    if (message.type === "ended" || message.type === "unstoppable") {
      run = undefined;
    }
    const { schedule } = spec;
    if (schedule) keepRecord(message);
    const decision = nextAction(cell.state, memory, message, {
      policy: spec.restart,
      atMs: performance.now(),
      random: (context.random ?? Math.random)(),
      ...(schedule ? { nextRun: () => timetable.nextRun(schedule) } : {}),
    });
    memory = decision.memory;
    followSchedule();
    if (memory.intent.type !== "start") attempt.end();
    let result: Message | void = undefined;
    for (const action of decision.actions) {
      const doing = perform(action);
      // Whoever posts a message finds done what can be done at once.
      if (doing) result = await doing;
    }
    return result;
  };

  /** Waits for the runs of its schedule, unless it is to rest. */
  const followSchedule = () =>
    timetable.follow(memory.intent.type === "rest" ? undefined : spec.schedule);

  const keepRecord = (message: Message) => {
    switch (message.type) {
      case "launched":
        return timetable.began();
      case "ended":
        return timetable.ended(message.exit);
      case "not_launched":
      case "may_never_start":
        return timetable.ended();
    }
  };

  /** Does one thing; what comes of it is dealt with before any other message. */
  const perform = (action: Action): Promise<Message | void> | void => {
    switch (action.type) {
      case "change":
        return cell.apply(action.event, action.message);
      case "note":
        return addNote(action.message, action.note);
      case "advise":
        return context.onOutput("stderr", `${action.words}\n`);
      case "await_dependencies":
        return attempt.awaitDependencies();
      case "await_time":
        return attempt.awaitTime(action.delayMs);
      case "launch":
        return launch();
      case "stop_process":
        return run?.stop();
    }
  };

  const launch = async (): Promise<Message> => {
    const mine = await launcher((message) =>
      post(message, () => run !== mine.run)
    );
    if (mine.run) {
      run = mine.run;
      leftBehind = "";
      const { output } = run;
      outputs.add(output);
      void output.finally(() => outputs.delete(output));
    }
    return mine.message;
  };

  /**
   * Of one whose health nothing tells, only time says that it will not end as the
   * run before.
   */
  const runsWell = () => {
    const { state } = cell;
    if (state.status !== "running") return state.status === "healthy";
    return memory.history.failures === 0 ||
      performance.now() - state.startedAtMs >= spec.restart.resetAfterMs;
  };

  return {
    get spec() {
      return spec;
    },
    get inUse() {
      return run?.inUse;
    },
    get state() {
      return cell.state;
    },
    get leftBehind() {
      return leftBehind;
    },
    get hint() {
      return runsWell() ? "" : hint;
    },
    get restarts() {
      return memory.restarts;
    },
    get runs() {
      return spec.schedule && timetable.runs();
    },
    start: () => post({ type: "start" }),
    startNow: () => post({ type: "start", now: true }),
    stop: () => post({ type: "stop" }),
    leaveStopped: () => post({ type: "stop", reason: STOPPED_BY_HAND }),
    update(next) {
      spec = next;
      followSchedule();
    },
    endOverLimit: (usage, reason) =>
      post(
        { type: "over_limit", usage, reason },
        () => run?.pid !== usage.pid,
      ),
    addNote,
    until: cell.until,
    async drained() {
      await Promise.all(outputs);
    },
  };
}
