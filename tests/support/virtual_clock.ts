/**
 * A clock that stands still until a test moves it.
 *
 * @module
 */

import type { Clock } from "../../supervisor/service/schedule_clock.ts";

/** A clock for tests. */
export interface VirtualClock extends Clock {
  /** Lets time pass: whatever is due meanwhile is called back, in order. */
  pass(ms: number): void;
  /** Lets time pass that no timer notices, as in a sleep of the machine. */
  sleep(ms: number): void;
  /** Sets the clock. */
  set(time: string): void;
  /** How many timers wait. */
  readonly timers: number;
}

/** Makes a clock that shows a time, as ISO 8601. */
export function virtualClock(time: string): VirtualClock {
  let wallMs = Date.parse(time);
  let ownMs = 0;
  const timers = new Set<{ dueMs: number; act: () => void }>();
  return {
    now: () => wallMs,
    after(ms, act) {
      const timer = { dueMs: ownMs + ms, act };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(ms) {
      const untilMs = ownMs + ms;
      for (;;) {
        const [next] = [...timers].sort((a, b) => a.dueMs - b.dueMs);
        if (!next || next.dueMs > untilMs) break;
        timers.delete(next);
        wallMs += next.dueMs - ownMs;
        ownMs = next.dueMs;
        next.act();
      }
      wallMs += untilMs - ownMs;
      ownMs = untilMs;
    },
    sleep: (ms) => void (wallMs += ms),
    set: (time) => void (wallMs = Date.parse(time)),
    get timers() {
      return timers.size;
    },
  };
}
