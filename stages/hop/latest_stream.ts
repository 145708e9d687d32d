/**
 * Lets one stream at a time into a stage that holds something.
 *
 * When a chain breaks, the stage may still be busy with the old stream as the
 * new one comes. The new one is right: it ends the old and waits until that is
 * over, so that no two of them write the same file.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";

/** The right to go on, until it is disposed of. */
export interface Turn extends Disposable {
  /** Aborts when the caller has gone, or a newer stream has come. */
  readonly signal: AbortSignal;
}

/** Hands out turns; the newest counts. */
export interface Turns {
  /**
   * Ends the turn before, and waits until it is over.
   *
   * @param signal Aborts when the caller has gone.
   * @throws {Fault} `cancelled` if a newer one has come meanwhile.
   */
  take(signal: AbortSignal): Promise<Turn>;
}

export function createTurns(): Turns {
  let latest: { end: AbortController; over: Promise<void> } | undefined;
  return {
    async take(signal) {
      const before = latest;
      const end = new AbortController();
      const over = Promise.withResolvers<void>();
      latest = { end, over: over.promise };
      before?.end.abort();
      await before?.over;
      if (end.signal.aborted || signal.aborted) {
        over.resolve();
        throw new Fault("cancelled", "Cannot go on: the stream is over");
      }
      return {
        signal: AbortSignal.any([signal, end.signal]),
        [Symbol.dispose]: over.resolve,
      };
    },
  };
}
