/**
 * Decides what to do after a service has ended by itself.
 *
 * Starts nothing and reads no clock, so each policy is tested as a table of
 * inputs and outputs. The supervisor asks once per exit and obeys.
 *
 * @module
 */

import { backoffMs } from "../program/backoff.ts";

/** When and how often a service is started again. */
export interface RestartPolicy {
  /** What was stopped by hand stays so, whatever this says. */
  when: "no" | "on-failure" | "always" | "unless-stopped";
  /** Longest wait before the second restart, in milliseconds. Doubles each time. */
  delayMs: number;
  /** Longest wait before any restart, in milliseconds. */
  maxDelayMs: number;
  /**
   * Restarts after a failure within the window after which the service is given
   * up. Undefined: 10 with on-failure, else it never is.
   */
  maxAttempts: number | undefined;
  /** The time that restarts count for, in milliseconds. */
  windowMs: number;
  /** Once healthy for so long, in milliseconds, earlier restarts are forgotten. */
  resetAfterMs: number;
}

/** How a run of a service went that has ended. */
export interface EndedRun {
  /** True when it ended with exit code 0. */
  success: boolean;
  /** How long it was healthy, in milliseconds; undefined if it never was. */
  healthyMs: number | undefined;
  /** Now, in milliseconds of any clock. */
  atMs: number;
}

/** What is remembered of restarts from one decision to the next. */
export interface RestartHistory {
  /** How many there were in a row; the next wait grows with them. */
  inARow: number;
  /** How many of these came after a failure. */
  failures: number;
  /** When the latest of them were, oldest first: those that can still count. */
  failedAtMs: readonly number[];
}

/** The history of what has not been restarted yet. */
export const NO_RESTARTS: RestartHistory = {
  inARow: 0,
  failures: 0,
  failedAtMs: [],
};

/** What the supervisor does next. */
export type NextStep =
  | {
    action: "restart";
    delayMs: number;
    /** To be passed to the next decision. */
    history: RestartHistory;
    /**
     * The restarts in a row that have led to nothing, when there are so many
     * that the next one will hardly help.
     */
    crashLoop?: number;
  }
  | { action: "finish" }
  /** `withinMs`: the time that the restarts before took. */
  | { action: "give_up"; restarts: number; withinMs: number };

/** A run that was healthy for so long, in milliseconds, and ended well has done its work. */
const WORK_MS = 1_000;
/** Failed restarts in a row that make a crash loop. */
const CRASH_LOOP = 10;

/**
 * Returns what follows a run under `policy`.
 *
 * The first restart of a service that had been healthy is immediate. After
 * that the wait is random up to a bound that doubles with each restart ("full
 * jitter"), so that services which fail together do not return together. A job
 * that ends well after some work is started again without that growing.
 *
 * @param policy The service's policy.
 * @param run How its last run went.
 * @param history What the decision before has returned; NO_RESTARTS at first.
 * @param random From 0 up to but not including 1.
 */
export function nextStep(
  policy: RestartPolicy,
  run: EndedRun,
  history: RestartHistory,
  random: number,
): NextStep {
  if (policy.when === "no" || (run.success && policy.when === "on-failure")) {
    return { action: "finish" };
  }
  const stable = (run.healthyMs ?? -1) >= policy.resetAfterMs;
  const past = stable ? NO_RESTARTS : history;
  const immediate = run.healthyMs !== undefined && past.inARow === 0;
  const restart = (waits: number, next: RestartHistory) => ({
    action: "restart" as const,
    delayMs: immediate ? 0 : Math.round(
      backoffMs(waits, {
        baseMs: policy.delayMs,
        maxMs: policy.maxDelayMs,
        random: () => random,
      }),
    ),
    history: next,
  });
  if (run.success && (run.healthyMs ?? 0) >= WORK_MS) return restart(1, past);
  const inARow = past.inARow + 1;
  // After an immediate restart the bounds begin with the second one.
  const waits = Math.max(1, past.inARow);
  if (run.success) return restart(waits, { ...past, inARow });
  const maxAttempts = mostRestarts(policy);
  const counted = past.failedAtMs
    .filter((at) => run.atMs - at < policy.windowMs);
  if (counted.length >= maxAttempts) {
    const withinMs = run.atMs - (counted[0] ?? run.atMs);
    return { action: "give_up", restarts: counted.length, withinMs };
  }
  const isBounded = Number.isFinite(maxAttempts);
  // Who has written a bound is told when that is reached.
  const loopsFrom = isBounded ? Math.max(CRASH_LOOP, maxAttempts) : CRASH_LOOP;
  return {
    ...restart(waits, {
      inARow,
      failures: past.failures + 1,
      failedAtMs: isBounded ? [...counted, run.atMs] : [],
    }),
    ...(past.failures >= loopsFrom ? { crashLoop: past.failures } : {}),
  };
}

/** Returns how many restarts after failures a service gets within the window. */
export function mostRestarts(
  { maxAttempts, when }: Pick<RestartPolicy, "maxAttempts" | "when">,
): number {
  return maxAttempts ?? (when === "on-failure" ? CRASH_LOOP : Infinity);
}
