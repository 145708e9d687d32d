/**
 * Notices that time has passed in which this process could not work: the
 * machine was suspended, or nobody ran us.
 *
 * What a health check finds over such a time says nothing about the service.
 *
 * @module
 */

/** How much longer than its timeout a question may take, in milliseconds. */
const SLACK_MS = 2_000;

/**
 * Begins to watch the clocks. A suspended machine shows in the one on the wall
 * alone, a process that was stopped in both.
 *
 * @param expectedMs What the work may take.
 * @returns Tells whether much more time has passed, or the clock was set.
 */
export function noticeHoldUp(expectedMs: number): () => boolean {
  const wallMs = Date.now();
  const ownMs = performance.now();
  return () => {
    const passedMs = Math.max(
      Math.abs(Date.now() - wallMs),
      performance.now() - ownMs,
    );
    return passedMs > expectedMs + SLACK_MS;
  };
}
