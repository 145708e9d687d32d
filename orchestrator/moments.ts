/**
 * What is to happen at given points of a run, such as a fault or a swap: when
 * that is, and whether it has come.
 *
 * @module
 */

import { after } from "../runtime/program/abort.ts";
import { UsageError } from "../runtime/program/errors.ts";
import { log } from "../runtime/program/log.ts";
import { parseDuration } from "../runtime/program/units.ts";

/**
 * A share of the input, from 0 to 1, or a time: since the chain was opened, the
 * stages were started, or the chain broke for the first time.
 */
export type When =
  | { share: number }
  | { afterMs: number }
  | { afterStartMs: number }
  | { afterBreakMs: number };

/** Something that is to happen once. */
export interface Planned {
  /** The flag that asks for it, without dashes. */
  flag: string;
  /** As it was written. */
  text: string;
  when: When;
  /** Does it; false where it cannot be yet, and is to be tried again. */
  happen(): boolean;
}

/** Makes things happen in time. Disposing of it says which have not. */
export interface Moments extends Disposable {
  /** To be called once, when the stages have been started. */
  started(): void;
  /** To be called once, when the chain is open for the first time. */
  opened(): void;
  /** To be called when the chain has broken; the first time counts. */
  broken(): void;
  /** To be told of each progress: the share of the input that was sent. */
  progress(share: number): void;
}

/** Reads a moment. @throws {UsageError} If it is none. */
export function readWhen(text: string): When {
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

/** Prepares what is to happen. */
export function createMoments(all: readonly Planned[]): Moments {
  const waiting = new Set(all);
  const timers: (() => void)[] = [];
  const sinceMs = { started: Infinity, opened: Infinity, broken: Infinity };
  let reached = 0;
  const isDue = ({ when }: Planned) => {
    if ("share" in when) return reached >= when.share;
    const { since, ms } = timeOf(when);
    return performance.now() >= sinceMs[since] + ms;
  };
  const look = () => {
    for (const each of waiting) {
      if (isDue(each) && each.happen()) waiting.delete(each);
    }
  };
  /** Something has happened that times count from. */
  const note = (what: keyof typeof sinceMs) => {
    if (sinceMs[what] < Infinity) return;
    sinceMs[what] = performance.now();
    for (const { when } of all) {
      if ("share" in when) continue;
      const { since, ms } = timeOf(when);
      if (since === what) timers.push(after(ms, look));
    }
  };
  return {
    started: () => note("started"),
    opened: () => note("opened"),
    broken: () => note("broken"),
    progress(share) {
      reached = Math.max(reached, share);
      look();
    },
    [Symbol.dispose]() {
      for (const cancel of timers) cancel();
      for (const { flag, text } of waiting) {
        log(`${flag}: ${text} has not happened: the run was over before`);
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
