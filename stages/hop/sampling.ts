/**
 * Which of many like pieces of work are timed.
 *
 * Reading a clock takes a fifth of a microsecond, and a batch of one event has a
 * few of those in all: timing each piece of work would be a tenth of what a stage
 * does. Where there are thousands of pieces a second, one of several is timed and
 * stands for those before it too. What one takes has no say in whether it is
 * timed, so the sum is right on the average.
 *
 * @module
 */

/** Chooses among the pieces of work of one kind. */
export interface Sampling {
  /** How many pieces the next one stands for; 0 for one that is not timed. */
  next(): number;
  /** Has the next one timed. */
  force(): void;
  /** Says when the one that is timed began, in milliseconds. */
  began(nowMs: number): void;
}

/** Over so long the pieces are counted, in milliseconds. */
const SPAN_MS = 10;
/** With no more of them a millisecond all are timed. */
const FEW = 5;
/** One of so many of the others: a prime, so that it keeps no step with them. */
const ONE_OF = 11;

/** Begins with pieces that are all timed. */
export function createSampling(): Sampling {
  let standsFor = 0;
  let every = 1;
  let until = 1;
  let spanFromMs: number | undefined;
  let inSpan = 0;
  return {
    next() {
      standsFor++;
      return standsFor < until ? 0 : standsFor;
    },
    force() {
      until = 1;
    },
    began(nowMs) {
      spanFromMs ??= nowMs;
      const spanMs = nowMs - spanFromMs;
      if (spanMs >= SPAN_MS) {
        every = inSpan > spanMs * FEW ? ONE_OF : 1;
        spanFromMs = nowMs;
        inSpan = 0;
      }
      inSpan += standsFor;
      standsFor = 0;
      until = every;
    },
  };
}

/**
 * What pieces took together, of which one was timed.
 *
 * One that took longer than many others together was kept from its work by
 * something else, and speaks for itself only.
 */
export function tookTogether(tookMs: number, pieces: number): number {
  return tookMs > SPAN_MS / ONE_OF ? tookMs : tookMs * pieces;
}
