/**
 * The time, for what says how long ago something was.
 *
 * @module
 */

import { useEffect, useState } from "../preact.ts";

const EVERY_MS = 1_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * The server's time in Unix milliseconds; draws again each second.
 *
 * @param offsetMs What the server's clock is ahead.
 */
export function useNow(offsetMs: number): number {
  const [, draw] = useState(0);
  useEffect(() => {
    const tick = () => draw((count) => count + 1);
    listeners.add(tick);
    timer ??= setInterval(() => {
      if (document.visibilityState === "hidden") return;
      for (const listener of listeners) listener();
    }, EVERY_MS);
    return () => {
      listeners.delete(tick);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  return Date.now() + offsetMs;
}
