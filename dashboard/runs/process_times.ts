/**
 * What the time of the stages goes into: of each second that has just passed, and
 * over the whole run.
 *
 * The counters of a process begin anew with each opening of the chain, and with
 * each new process; what they had come to before is kept here.
 *
 * @module
 */

import type { StageLook } from "../../proto/types/pipeline/v1/StageLook.ts";
import type { StageTimes } from "../wire.ts";
import { numberOf } from "./numbers.ts";

/** The times of all processes that a run has had. */
export interface ProcessTimes {
  /**
   * Takes how a process stands.
   *
   * @param name That of the process; one that takes its place has the same.
   * @returns Milliseconds of each second since it was last looked at.
   */
  take(name: string, look: StageLook): StageTimes;
  /** All there was of the processes whose names `isMeant`, in milliseconds. */
  total(isMeant: (name: string) => boolean): StageTimes;
}

/** How many processes are told apart: sixteen of a stage at the most. */
const MOST_PROCESSES = 80;

const KEYS = ["ownMs", "ipcMs", "waitMs"] as const;
/** Nobody tells. */
const UNKNOWN: StageTimes = { ownMs: null, ipcMs: null, waitMs: null };

/** One process, as it was last seen. */
interface Process {
  timeMs: number;
  /** When its counters began. */
  sinceMs: number;
  /** What they have come to since, and what others had come to before. */
  since: StageTimes;
  before: StageTimes;
}

/** Starts with none. */
export function createProcessTimes(): ProcessTimes {
  const processes = new Map<string, Process>();
  return {
    take(name, look) {
      const known = processes.get(name);
      if (!known && processes.size >= MOST_PROCESSES) return UNKNOWN;
      const timeMs = numberOf(look.timeMs);
      const sinceMs = numberOf(look.sinceMs);
      const goesOn = known?.sinceMs === sinceMs;
      const then = goesOn ? known.since : UNKNOWN;
      const since = ofEach((key) =>
        look[key] === undefined
          ? then[key]
          // An estimate may be less than it was.
          : Math.max(numberOf(look[key]), then[key] ?? 0)
      );
      const before = !known
        ? UNKNOWN
        : goesOn
        ? known.before
        : sum([known.before, known.since]);
      processes.set(name, { timeMs, sinceMs, since, before });
      const seconds = (timeMs - (goesOn ? known.timeMs : sinceMs)) / 1_000;
      return ofEach((key) =>
        since[key] === null || seconds <= 0
          ? null
          : (since[key] - (then[key] ?? 0)) / seconds
      );
    },
    total: (isMeant) =>
      sum(
        [...processes].flatMap(([name, { before, since }]) =>
          isMeant(name) ? [before, since] : []
        ),
      ),
  };
}

/** Adds up times; null where none of them is known. */
export function sum(all: readonly StageTimes[]): StageTimes {
  return ofEach((key) => {
    const known = all.map((each) => each[key]).filter((each) => each !== null);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
  });
}

function ofEach(
  value: (key: typeof KEYS[number]) => number | null,
): StageTimes {
  return {
    ownMs: value("ownMs"),
    ipcMs: value("ipcMs"),
    waitMs: value("waitMs"),
  };
}
