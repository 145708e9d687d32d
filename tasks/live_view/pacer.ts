/**
 * Does something as often as it is asked to, up to a limit.
 *
 * @module
 */

/** Waits for the right moment. */
export interface Pacer extends Disposable {
  /** Asks for one more time, soon. */
  request(): void;
}

/**
 * Calls `act` once after any number of requests, at least `intervalMs` apart.
 *
 * @param isReady Asked before each call; while it says no, another interval
 * passes.
 */
export function createPacer(
  act: () => void,
  intervalMs: number,
  isReady: () => boolean = () => true,
): Pacer {
  let lastMs = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fire = () => {
    timer = undefined;
    lastMs = performance.now();
    if (isReady()) act();
    else request();
  };
  const request = () => {
    timer ??= setTimeout(
      fire,
      Math.max(0, lastMs + intervalMs - performance.now()),
    );
  };
  return { request, [Symbol.dispose]: () => clearTimeout(timer) };
}
