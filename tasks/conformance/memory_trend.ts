/**
 * Tells a stage that keeps what it was sent from one whose collector is slow.
 *
 * How much a process holds at one moment says little: it grows until its
 * collector has to work, and how far is each collector's own affair. But what
 * has not been collected is bounded, and what is kept grows with each event, so
 * that some time it is more than any bound: only the trend tells them apart.
 *
 * @module
 */

/** What {@linkcode isFlat} looks at. */
export interface MemoryTrend {
  /**
   * The least that the process held in each window of as many events, in bytes:
   * what it held after its collector had worked.
   */
  lowest: readonly number[];
  /** How many events a window has. */
  window: number;
  /** What an event may leave behind, in bytes. */
  perEvent: number;
}

/**
 * True once a stage has grown by less since the first window than its events may
 * have left behind. It needs two windows; with a growth that is bounded it is
 * true at the latest when as much may have been left behind.
 */
export function isFlat({ lowest, window, perEvent }: MemoryTrend): boolean {
  const events = (lowest.length - 1) * window;
  return events > 0 && lowest.at(-1)! - lowest[0]! <= events * perEvent;
}
