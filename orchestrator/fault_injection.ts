/**
 * Kills or freezes stages on purpose, at a given point of a run. Demonstrations
 * and tests use it to show what the pipeline does then.
 *
 * ```
 * --chaos=parse@30%,sink@kill:2s,rules@stop:end,ingest@break+50ms
 * ```
 *
 * @module
 */

import { after } from "../runtime/program/abort.ts";
import { UsageError } from "../runtime/program/errors.ts";
import type { Flag } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import { parseDuration } from "../runtime/program/units.ts";
import { STAGES } from "../stages/names.ts";
import { parseWorkerName, type WorkerName } from "./workers.ts";

/** What is done to a stage, by the signal for it. */
const SIGNALS = {
  kill: "SIGKILL",
  stop: "SIGSTOP",
  term: "SIGTERM",
  abort: "SIGABRT",
} as const;

type FaultKind = keyof typeof SIGNALS;

/** One fault of a stage, and when. */
export interface InjectedFault {
  /** As it was written. */
  text: string;
  stage: WorkerName;
  signal: Deno.Signal;
  when: When;
}

/**
 * A share of the input, from 0 to 1, or a time: since the chain was opened, the
 * stages were started, or the chain broke for the first time.
 */
type When =
  | { share: number }
  | { afterMs: number }
  | { afterStartMs: number }
  | { afterBreakMs: number };

/** Makes faults happen. Disposing of it says which have not. */
export interface FaultInjector extends Disposable {
  /** To be called once, when the stages have been started. */
  started(): void;
  /** To be called once, when the chain is open for the first time. */
  opened(): void;
  /** To be called when the chain has broken; the first time counts. */
  broken(): void;
  /** To be told of each progress: the share of the input that was sent. */
  progress(share: number): void;
}

/** The stages that faults happen to. */
export interface FaultTargets {
  /** The process that a stage is at the moment. */
  pid(name: WorkerName): number;
  /** Sends a signal to it. */
  signal(name: WorkerName, signal: Deno.Signal): void;
}

/** The flag `--chaos`. */
export const chaosFlag: Flag<InjectedFault[]> = {
  placeholder: "STAGE@[kill|stop|term|abort:]WHEN,...",
  help:
    "end stages on purpose, for example parse@30%,sink@stop:2s; end is when all is sent",
  defaultText: "none",
  fallback: [],
  read: (value) => value.split(",").map(readFault),
};

function readFault(text: string): InjectedFault {
  const parts = /^([^@]*)@(?:([^:]*):)?([^:]*)$/.exec(text);
  if (!parts) {
    throw new UsageError(
      `expected STAGE@WHEN, as in parse@30% or sink@stop:2s, and found "${text}"`,
    );
  }
  const [, stage = "", kind = "kill", when = ""] = parts;
  if (!isStage(stage)) {
    throw new UsageError(
      `there is no stage "${stage}"${suggestionOrAll(stage, STAGES)}`,
    );
  }
  if (!isFaultKind(kind)) {
    throw new UsageError(
      `a stage cannot be "${kind}"${
        suggestionOrAll(kind, Object.keys(SIGNALS))
      }`,
    );
  }
  return { text, stage, signal: SIGNALS[kind], when: readWhen(when) };
}

function readWhen(text: string): When {
  if (text === "end") return { share: 1 };
  const [, since, time] = /^(start|break)\+(.*)$/.exec(text) ?? [];
  const ms = time === undefined ? undefined : parseDuration(time);
  if (ms !== undefined) {
    return since === "start" ? { afterStartMs: ms } : { afterBreakMs: ms };
  }
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) {
    return { share: Number(percent) / 100 };
  }
  const afterMs = parseDuration(text);
  if (afterMs !== undefined) return { afterMs };
  throw new UsageError(
    `expected a share such as 30%, a time such as 2s, start+200ms or break+50ms, or end, and found "${text}"`,
  );
}

/** Prepares faults. One that is due while a stage is dead waits for the next. */
export function createFaultInjector(
  faults: readonly InjectedFault[],
  { pid, signal }: FaultTargets,
): FaultInjector {
  const waiting = new Set(faults);
  const timers: (() => void)[] = [];
  const hit = new Set<number>();
  const sinceMs = { started: Infinity, opened: Infinity, broken: Infinity };
  let reached = 0;
  const isDue = ({ when }: InjectedFault) => {
    if ("share" in when) return reached >= when.share;
    const { since, ms } = timeOf(when);
    return performance.now() >= sinceMs[since] + ms;
  };
  const inject = () => {
    for (const fault of waiting) {
      const { stage, text } = fault;
      if (!isDue(fault) || hit.has(pid(stage))) continue;
      hit.add(pid(stage));
      waiting.delete(fault);
      log(`chaos: ${fault.signal} to "${stage}" (${text})`);
      signal(stage, fault.signal);
    }
  };
  /** Something has happened that times count from. */
  const note = (what: keyof typeof sinceMs) => {
    if (sinceMs[what] < Infinity) return;
    sinceMs[what] = performance.now();
    for (const { when } of faults) {
      if ("share" in when) continue;
      const { since, ms } = timeOf(when);
      if (since === what) timers.push(after(ms, inject));
    }
  };
  return {
    started: () => note("started"),
    opened: () => note("opened"),
    broken: () => note("broken"),
    progress(share) {
      reached = Math.max(reached, share);
      inject();
    },
    [Symbol.dispose]() {
      for (const cancel of timers) cancel();
      for (const { text } of waiting) {
        log(`chaos: ${text} has not happened: the run was over before`);
      }
    },
  };
}

/** What a time counts from, and how long it is. */
function timeOf(when: Exclude<When, { share: number }>) {
  if ("afterMs" in when) return { since: "opened", ms: when.afterMs } as const;
  return "afterStartMs" in when
    ? { since: "started", ms: when.afterStartMs } as const
    : { since: "broken", ms: when.afterBreakMs } as const;
}

function isStage(name: string): name is WorkerName {
  return parseWorkerName(name) !== undefined;
}

function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(SIGNALS, name);
}
