/**
 * Waits on an AbortSignal, the one way in which a stop is passed around.
 *
 * @module
 */

/** Resolves when `signal` aborts, at once if it already has. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What a timer takes at most, about 25 days; a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `act` once, after any number of milliseconds.
 *
 * For every time that a user may set: setTimeout() makes 1 ms of 25 days.
 *
 * @returns Ends the wait.
 */
export function after(ms: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (leftMs: number) => {
    timer = leftMs > LONGEST_TIMER_MS
      ? setTimeout(() => wait(leftMs - LONGEST_TIMER_MS), LONGEST_TIMER_MS)
      : setTimeout(act, leftMs);
  };
  wait(ms);
  return () => clearTimeout(timer);
}

/**
 * Resolves after `ms` milliseconds, or as soon as `signal` aborts.
 *
 * @example
 * ```ts
 * import { pause } from "denizen";
 *
 * const stop = new AbortController();
 * const waited = pause(60_000, stop.signal);
 * stop.abort(); // it does not wait for the minute
 * await waited;
 * ```
 */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = after(ms, finish);
    signal?.addEventListener("abort", finish, { once: true });
  });
}

/**
 * A signal that aborts after `ms` milliseconds, unless the block that declares
 * it ends before. As AbortSignal.timeout(), for any time.
 */
export function abortAfter(ms: number): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const cancel = after(
    ms,
    () =>
      controller.abort(new DOMException("Signal timed out", "TimeoutError")),
  );
  return { signal: controller.signal, [Symbol.dispose]: cancel };
}

/** A signal that aborts at the end of the block that declares it. */
export function abortOnDispose(): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => controller.abort(),
  };
}
