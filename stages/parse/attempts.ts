/**
 * Says when a shortcut is worth trying: where it fails too often, the attempt
 * would only cost time.
 *
 * @module
 */

/** When to try. */
export interface Attempts {
  /** True if the next line is one to try it with. */
  next(): boolean;
  /** It worked. */
  hit(): void;
  /** It did not. @returns True if it has failed too often, and a pause begins. */
  miss(): boolean;
}

/** Options for {@linkcode createAttempts}. */
export interface AttemptOptions {
  /** So many failures are too many. */
  most: number;
  /** How many of them are forgiven for one that works. */
  forgiven: number;
  /** So many lines are passed over then. */
  pause: number;
}

/** At first all is forgiven. */
export function createAttempts(
  { most, forgiven, pause }: AttemptOptions,
): Attempts {
  let missed = 0;
  let skip = 0;
  return {
    next() {
      if (skip === 0) return true;
      skip--;
      return false;
    },
    hit() {
      if (missed > 0) missed = Math.max(0, missed - forgiven);
    },
    miss() {
      missed++;
      if (missed < most) return false;
      missed = 0;
      skip = pause;
      return true;
    },
  };
}
