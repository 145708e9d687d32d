/**
 * Wakes whoever waits for something to change.
 *
 * @module
 */

/** Tells any number of waiters of a change. */
export interface Notifier {
  /**
   * Resolves at the next change. To be asked for before a look at what may
   * change: then no change in between is missed.
   */
  next(): Promise<void>;
  /** Wakes all who wait; costs next to nothing where nobody does. */
  notify(): void;
}

/** Makes a notifier that nobody waits at. */
export function createNotifier(): Notifier {
  let waiting: PromiseWithResolvers<void> | undefined;
  return {
    next() {
      waiting ??= Promise.withResolvers();
      return waiting.promise;
    },
    notify() {
      waiting?.resolve();
      waiting = undefined;
    },
  };
}
