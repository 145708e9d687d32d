/**
 * Watches the clock on the wall for a service with a schedule.
 *
 * It looks every few seconds, however far off the next run is: a timer stands
 * still while the machine sleeps, and knows nothing of a clock that is set. What
 * it has not been there for is told as missed, and not made up for. A run that
 * was told of is not told of again, unless the clock is set back by hours.
 *
 * @module
 */

import { after } from "../../runtime/program/abort.ts";
import { lastRunMs, nextRunMs, type Schedule } from "../config/schedule.ts";

/** The clock on the wall, and a timer; a test has its own. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Calls back after so many milliseconds; returns what ends that. */
  after(ms: number, act: () => void): () => void;
}

/** The clock of this machine. */
export const MACHINE_CLOCK: Clock = { now: () => Date.now(), after };

/** Runs that nobody was there for. */
export interface Missed {
  runs: number;
  /** True if there were more, which were not counted. */
  isMore: boolean;
  /** The first and the last, as Unix time in milliseconds. */
  firstMs: number;
  lastMs: number;
}

/** What is told of a schedule. Times are Unix time in milliseconds. */
export interface ScheduleListener {
  onDue(dueMs: number): void;
  onMissed(missed: Missed): void;
}

/** Tells when a schedule is due. */
export interface ScheduleClock {
  /** When it is due next; undefined while nobody waits for it. */
  readonly nextRunMs: number | undefined;
  /**
   * Tells of a schedule from now on.
   *
   * @param handledMs Until when somebody has told of it, if that is known.
   */
  arm(schedule: Schedule, handledMs?: number): void;
  disarm(): void;
}

/** How often the clock is looked at, in milliseconds. */
const LOOK_MS = 10_000;
/** How late a run may begin, in milliseconds: cron's minute. */
const LATE_MS = 60_000;
/** A clock set back by more, in milliseconds, was wrong before, as cron has it. */
const SET_BACK_MS = 3 * 3_600_000;
/** So many missed runs are counted. */
const MOST_COUNTED = 1_000;

/** Makes the clock of a schedule that nobody waits for. */
export function createScheduleClock(
  { now, after }: Clock,
  { onDue, onMissed }: ScheduleListener,
): ScheduleClock {
  let next: number | undefined;
  let cancel = () => {};

  const watch = (schedule: Schedule, handledUntil: number) => {
    let handledMs = handledUntil;
    let seenMs = handledUntil;
    const look = () => {
      const atMs = now();
      if (atMs < seenMs) {
        if (handledMs - atMs > SET_BACK_MS) handledMs = atMs;
        next = nextRunMs(schedule, Math.max(atMs, handledMs));
      }
      seenMs = atMs;
      if (next !== undefined && atMs >= next) {
        const { lastMs, missed, isOnTime } = overdue(schedule, next, atMs);
        handledMs = lastMs;
        next = nextRunMs(schedule, lastMs);
        arm();
        if (missed) onMissed(missed);
        if (isOnTime) onDue(lastMs);
      } else arm();
    };
    const arm = () => {
      const leftMs = next === undefined ? LOOK_MS : next - now();
      cancel = after(Math.min(LOOK_MS, Math.max(1, leftMs)), look);
    };
    next = nextRunMs(schedule, handledMs);
    look();
  };

  return {
    get nextRunMs() {
      return next;
    },
    arm(schedule, handledMs = now()) {
      cancel();
      watch(schedule, handledMs);
    },
    disarm() {
      cancel();
      next = undefined;
    },
  };
}

/** What was due from a time on, that included, until now. */
function overdue(
  schedule: Schedule,
  firstMs: number,
  atMs: number,
): { lastMs: number; missed: Missed | undefined; isOnTime: boolean } {
  const runs = [firstMs];
  for (
    let each = nextRunMs(schedule, firstMs);
    each !== undefined && each <= atMs && runs.length <= MOST_COUNTED;
    each = nextRunMs(schedule, each)
  ) runs.push(each);
  const isMore = runs.length > MOST_COUNTED;
  const lastMs = (isMore ? lastRunMs(schedule, atMs) : undefined) ??
    runs.at(-1) ?? firstMs;
  const isOnTime = !isMore && atMs - lastMs <= LATE_MS;
  const missed = isOnTime ? runs.slice(0, -1) : runs;
  return {
    lastMs,
    isOnTime,
    missed: missed.length === 0 ? undefined : {
      runs: isMore ? MOST_COUNTED : missed.length,
      isMore,
      firstMs,
      lastMs: isMore ? lastMs : missed.at(-1) ?? firstMs,
    },
  };
}
