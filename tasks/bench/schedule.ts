/**
 * Says when each event of a fixed rate is due. Reads no clock.
 *
 * @module
 */

/** Events at a fixed rate, from 0 on. */
export interface Schedule {
  /** Events a second. */
  rate: number;
  /** How many there are. */
  count: number;
}

/** The events that a rate gives in some time. */
export function scheduleOf(rate: number, durationMs: number): Schedule {
  return { rate, count: Math.ceil(rate * durationMs / 1_000) };
}

/** When the event at `index` is due, in milliseconds from the start. */
export function dueMs({ rate }: Schedule, index: number): number {
  return index * 1_000 / rate;
}

/** How many events are due at a time, counted from the start. */
export function dueEvents(
  { rate, count }: Schedule,
  elapsedMs: number,
): number {
  if (elapsedMs < 0) return 0;
  return Math.min(count, Math.floor(elapsedMs * rate / 1_000) + 1);
}

/** Time between two looks at the clock, where more than one event is due. */
const TICK_MS = 1;

/** How long to wait once `fed` events are written, in milliseconds. */
export function waitMs(
  schedule: Schedule,
  fed: number,
  elapsedMs: number,
): number {
  return Math.max(TICK_MS, dueMs(schedule, fed) - elapsedMs);
}
