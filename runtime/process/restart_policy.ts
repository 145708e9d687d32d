/**
 * Decides what to do after a service has ended by itself.
 *
 * Starts nothing and reads no clock, so each policy is tested as a table of
 * inputs and outputs. service_loop.ts asks once per exit and obeys.
 *
 * @module
 */

/** When and how often a service is started again. */
export interface RestartPolicy {
  when: "no" | "on-failure" | "always";
  /** Longest wait before the second restart, in milliseconds. Doubles each time. */
  delayMs: number;
  /** Longest wait before any restart, in milliseconds. */
  maxDelayMs: number;
  /** Restarts within the window after which the service is given up. */
  maxAttempts: number;
  /** The time that restarts count for, in milliseconds. */
  windowMs: number;
  /** Once healthy for so long, in milliseconds, earlier restarts are forgotten. */
  resetAfterMs: number;
}

/** How one run of a service went. */
export interface Run {
  /** True when it ended with exit code 0. */
  success: boolean;
  /** How long it was healthy, in milliseconds; undefined if it never was. */
  healthyMs: number | undefined;
  /** Now, in milliseconds of any clock. */
  atMs: number;
}

/** What the supervisor does next. */
export type NextStep =
  /** `restartedAt` is to be passed to the next decision. */
  | { action: "restart"; delayMs: number; restartedAt: readonly number[] }
  | { action: "finish" }
  /** `withinMs`: the time that the restarts before took. */
  | { action: "give_up"; restarts: number; withinMs: number };

/**
 * Returns what follows a run under `policy`.
 *
 * The first restart of a service that had been healthy is immediate. After
 * that the wait is random up to a bound that doubles with each restart ("full
 * jitter"), so that services which fail together do not return together.
 *
 * @param policy The service's policy.
 * @param run How its last run went.
 * @param restartedAt When it was restarted before, oldest first.
 * @param random From 0 up to but not including 1.
 */
export function nextStep(
  policy: RestartPolicy,
  run: Run,
  restartedAt: readonly number[],
  random: number,
): NextStep {
  if (policy.when === "no" || (run.success && policy.when === "on-failure")) {
    return { action: "finish" };
  }
  const stable = (run.healthyMs ?? -1) >= policy.resetAfterMs;
  const counted = stable
    ? []
    : restartedAt.filter((at) => run.atMs - at < policy.windowMs);
  if (counted.length >= policy.maxAttempts) {
    const withinMs = run.atMs - (counted[0] ?? run.atMs);
    return { action: "give_up", restarts: counted.length, withinMs };
  }
  const immediate = run.healthyMs !== undefined && counted.length === 0;
  // After an immediate restart the bounds begin with the second one.
  const doublings = Math.max(0, counted.length - 1);
  const bound = Math.min(policy.maxDelayMs, policy.delayMs * 2 ** doublings);
  return {
    action: "restart",
    delayMs: immediate ? 0 : Math.round(bound * random),
    restartedAt: [...counted, run.atMs],
  };
}
