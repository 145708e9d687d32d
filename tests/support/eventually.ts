/**
 * Waits for a condition that nothing announces, by looking again and again.
 *
 * @module
 */

/** How often is looked, in milliseconds. */
const POLL_MS = 20;
/** After so long without it a test has failed, in milliseconds. */
const BOUND_MS = 120_000;

/**
 * Waits until `holds`.
 *
 * @param what What is waited for; a function is asked once it has not come.
 * @throws {Error} If it does not come true in time.
 */
export async function eventually(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  boundMs: number = BOUND_MS,
): Promise<void> {
  const endMs = performance.now() + boundMs;
  while (!await holds()) {
    if (performance.now() > endMs) {
      const wanted = typeof what === "string" ? what : what();
      throw new Error(tooLate(wanted, boundMs));
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Waits for a promise, so that a test whose promise is never kept fails, and does
 * not hang.
 *
 * @param what What is waited for.
 * @throws {Error} If it does not come in time.
 */
export async function inTime<Value>(
  what: string,
  promise: Promise<Value>,
  boundMs: number = BOUND_MS,
): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(tooLate(what, boundMs))),
    boundMs,
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(what: string, boundMs: number): string {
  return `Cannot wait on: after ${boundMs} ms, not yet: ${what}`;
}
