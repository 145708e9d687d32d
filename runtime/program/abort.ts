/**
 * Waiting on an AbortSignal, the one way a stop is passed around.
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

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener("abort", finish, { once: true });
  });
}

/** A signal that aborts at the end of the block that declares it. */
export function abortOnDispose(): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => controller.abort(),
  };
}
