/**
 * Decides what follows each thing that happens to a service.
 *
 * Does nothing and reads no clock, so that every pair of a state and a message is
 * a row of a test. service_loop.ts asks it and obeys. A message that comes too
 * late for its state leads to nothing.
 *
 * @module
 */

import { NO_RESTARTS } from "../../runtime/process/restart_policy.ts";
import { afterEnd, afterFailedLaunch } from "./after_end.ts";
import {
  type Action,
  type AttemptMessage,
  awaitSchedule,
  change,
  type Circumstances,
  type Decision,
  type Due,
  giveUp,
  type Intent,
  type Keep,
  type Memory,
  type Message,
  note,
  type OverLimit,
  seek,
  stop,
  type Wish,
} from "./decision.ts";
import type { RunMessage } from "./process_run.ts";
import { type AliveState, isAlive, isAtRest, type State } from "./state.ts";

/** Returns what follows a message. */
export function nextAction(
  state: State,
  memory: Memory,
  message: Message,
  circumstances: Circumstances,
): Decision {
  switch (message.type) {
    case "start":
      return onStart(state, memory, message, circumstances);
    case "stop":
      return onStop(state, memory, message);
    case "comes_due":
      return onDue(state, memory, message, circumstances);
    case "waits":
    case "may_start":
    case "may_never_start":
    case "due":
    case "launched":
    case "not_launched":
      return memory.intent.type === "start" && !isAlive(state)
        ? onAttempt(memory, message, circumstances)
        : nothing(memory);
    case "probed":
    case "passed_over":
    case "over_limit":
    case "left_group":
    case "ended":
    case "unstoppable":
      return isAlive(state)
        ? onRun(state, memory, message, circumstances)
        : nothing(memory);
  }
}

function nothing(memory: Memory): Decision {
  return { memory, actions: [] };
}

/** Decides for an intent, and what to do about it. */
function decide(
  memory: Memory,
  intent: Intent,
  ...actions: readonly Action[]
): Decision {
  return { memory: { ...memory, intent }, actions };
}

function onStart(
  state: State,
  memory: Memory,
  { now = false }: Wish & { type: "start" },
  { nextRun }: Circumstances,
): Decision {
  const { intent } = memory;
  if (nextRun && !now && intent.type !== "start") {
    // What is to run when it is due, or does so right now, needs no more.
    if (intent.type !== "rest") return nothing(memory);
    return isAlive(state)
      ? decide(memory, { type: "schedule" })
      : awaitSchedule(fresh(memory), nextRun, { words: "is scheduled" });
  }
  if (state.status === "stopping") return decide(memory, { type: "start" });
  if (isAlive(state)) return nothing(memory);
  const words = state.status === "pending"
    ? ""
    : nextRun
    ? "is asked to run now"
    : "is asked to start";
  return decide(fresh(memory), { type: "start" }, ...seek(words));
}

/** Earlier restarts are forgotten. */
function fresh(memory: Memory): Memory {
  return { ...memory, history: NO_RESTARTS };
}

/** Of a service whose schedule says that it is to run. */
function onDue(
  state: State,
  memory: Memory,
  { dueMs, words }: Due,
  { nextRun }: Circumstances,
): Decision {
  const { intent } = memory;
  if (!nextRun || intent.type === "rest") return nothing(memory);
  const mayRun = state.status === "scheduled" ||
    state.status === "backing_off";
  if (mayRun) {
    const due = `is due: its run of ${words}`;
    return decide(fresh(memory), { type: "start" }, ...seek(due));
  }
  const why = isAlive(state)
    ? "the one before goes on"
    : "the one before still waits for what it depends on";
  const skipped: Action = {
    type: "note",
    note: { type: "run_skipped", dueMs },
    message: `skips its run of ${words}: ${why}`,
  };
  return { memory, actions: [skipped] };
}

function onStop(
  state: State,
  memory: Memory,
  { reason = whyAtRest(state) }: Wish & { type: "stop" },
): Decision {
  if (isAlive(state)) {
    return decide(memory, { type: "rest" }, ...stop("is asked to stop"));
  }
  if (isAtRest(state) && state.status !== "pending") return nothing(memory);
  return decide(
    memory,
    { type: "rest" },
    change({ type: "ended", asked: true, reason }, reason),
  );
}

/** Says what becomes of a service that is stopped while it does not run. */
function whyAtRest({ status }: State): string {
  switch (status) {
    case "scheduled":
      return "stopped before its next run";
    case "backing_off":
      return "stopped before it started again";
    default:
      return "stopped before it started";
  }
}

/** Of a service that has no process and is to start. */
function onAttempt(
  memory: Memory,
  message: AttemptMessage,
  circumstances: Circumstances,
): Decision {
  switch (message.type) {
    case "waits":
      return { memory, actions: [change(message, `waits for ${message.for}`)] };
    case "may_never_start": {
      const { reason } = message;
      const { nextRun } = circumstances;
      return nextRun
        ? awaitSchedule(memory, nextRun, { words: reason, reason })
        : decide(memory, { type: "rest" }, giveUp(reason));
    }
    case "may_start":
      return { memory, actions: [{ type: "launch" }] };
    case "due":
      return {
        memory: { ...memory, restarts: memory.restarts + 1 },
        actions: [{ type: "launch" }],
      };
    case "launched": {
      const { isProbed, ...process } = message;
      return decide(
        memory,
        { type: "keep", isProbed },
        change(
          { ...process, type: "spawned", probed: isProbed },
          `started, pid ${process.pid}`,
        ),
      );
    }
    case "not_launched":
      return afterFailedLaunch(message.why, memory, circumstances);
  }
}

/** Of a service that has a process. */
function onRun(
  state: AliveState,
  memory: Memory,
  message: RunMessage | OverLimit,
  circumstances: Circumstances,
): Decision {
  const { intent } = memory;
  switch (message.type) {
    case "ended":
      return afterEnd(state, memory, message, circumstances);
    case "unstoppable":
      return decide(memory, { type: "rest" }, giveUp(message.words));
  }
  // One that is being stopped already is to end, whatever else is found.
  if (state.status === "stopping" || intent.type !== "keep") {
    return nothing(memory);
  }
  switch (message.type) {
    case "probed": {
      const intended = { ...memory, intent };
      return message.finding.healthy
        ? onHealthy(state, intended, circumstances)
        : onUnhealthy(intended, message.finding.reason, circumstances);
    }
    case "passed_over": {
      const { words } = message;
      const passed = change({ type: "probe_passed_over", words }, "");
      // Silence of what was healthy is news; before that it is to be expected.
      const isNews = state.status === "healthy" && !state.trouble;
      return { memory, actions: isNews ? [passed, note(words)] : [passed] };
    }
    case "over_limit": {
      const { usage, reason } = message;
      const first = intent.unfit ?? { why: reason, atMs: circumstances.atMs };
      return decide(
        memory,
        { ...intent, unfit: { ...first, isOverLimit: true } },
        {
          type: "note",
          note: { type: "memory_exceeded", ...usage },
          message: reason,
        },
        ...stop("is stopped because it is over its mem_limit"),
      );
    }
    case "left_group":
      return decide(
        memory,
        { ...intent, hasLeftGroup: true },
        change({ type: "stop_began" }, "left processes behind"),
      );
  }
}

/** What is remembered of a service whose process is to run on. */
type Running = Memory & { intent: Keep };

function onHealthy(
  state: AliveState,
  memory: Running,
  { atMs }: Circumstances,
): Decision {
  const passed = (message: string) =>
    change({ type: "probe_passed", atMs }, message);
  if (state.status === "healthy") {
    const isNews = state.trouble !== undefined;
    const actions = [passed("")];
    return {
      memory,
      actions: isNews ? [note("answers again"), ...actions] : actions,
    };
  }
  const { unfit: _, ...fit } = memory.intent;
  return decide(
    memory,
    { ...fit, healthySinceMs: atMs },
    passed(`healthy after ${Math.round(atMs - state.startedAtMs)} ms`),
  );
}

function onUnhealthy(
  memory: Running,
  reason: string,
  { policy, atMs }: Circumstances,
): Decision {
  const { intent } = memory;
  const why = `was unhealthy: ${reason}`;
  return decide(
    memory,
    { ...intent, unfit: intent.unfit ?? { why, atMs } },
    change({ type: "probe_failed", reason }, `unhealthy: ${reason}`),
    ...(policy.when === "no" ? [] : stop("is stopped because it is unhealthy")),
  );
}
