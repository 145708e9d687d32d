/**
 * Which of many like pieces of work are timed.
 *
 * Reading a clock takes a fifth of a microsecond, and a batch of one event has a
 * few of those in all: timing each piece of work would be a tenth of what a stage
 * does. Where pieces follow one another that closely, one of several is timed and
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

/** Pieces that begin further apart than this are all timed, in milliseconds. */
const OFTEN_MS = 0.2;
/** One of so many of the others: a prime, so that it keeps no step with them. */
const ONE_OF = 11;

/** Begins with a piece that is timed. */
export function createSampling(): Sampling {
  let standsFor = 0;
  let until = 1;
  let lastMs = -Infinity;
  return {
    next() {
      standsFor++;
      return standsFor < until ? 0 : standsFor;
    },
    force() {
      until = 1;
    },
    began(nowMs) {
      until = nowMs - lastMs < standsFor * OFTEN_MS ? ONE_OF : 1;
      standsFor = 0;
      lastMs = nowMs;
    },
  };
}
