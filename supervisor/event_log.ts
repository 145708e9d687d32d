/**
 * What has happened to the services, numbered, for any number of readers.
 *
 * @module
 */

import type { Status } from "./state.ts";

/** A service went from one status to another. */
export interface SupervisorEvent {
  /** Counts from 1 and up by 1. */
  sequence: number;
  /** Unix time in milliseconds. */
  timeMs: number;
  /** The unique name of the service or replica. */
  service: string;
  status: Status;
  previous: Status;
  pid?: number;
  /** How often it was started again after it had ended by itself. */
  restarts: number;
  /** What happened, for a reader. */
  message: string;
}

/** The latest events, and those to come. */
export interface EventLog {
  /** Adds an event; the log numbers it. */
  append(event: Omit<SupervisorEvent, "sequence">): void;
  /** Returns the events that are still known, after a sequence number. */
  known(afterSequence?: number): SupervisorEvent[];
  /**
   * Yields the known events after a sequence number, then those that come. A
   * reader too slow for the log misses the oldest; the numbers tell.
   */
  follow(
    afterSequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<SupervisorEvent>;
}

/** Makes a log that remembers the last `capacity` events. */
export function createEventLog(capacity = 1_000): EventLog {
  const events: SupervisorEvent[] = [];
  let last = 0;
  let changed = Promise.withResolvers<void>();

  const known = (afterSequence = 0) =>
    events.slice(
      Math.max(0, events.length - Math.max(0, last - afterSequence)),
    );
  return {
    append(event) {
      events.push({ sequence: ++last, ...event });
      if (events.length > capacity) events.shift();
      changed.resolve();
      changed = Promise.withResolvers();
    },
    known,
    async *follow(afterSequence, signal) {
      const stopped = Promise.withResolvers<void>();
      const stop = () => stopped.resolve();
      signal.addEventListener("abort", stop, { once: true });
      try {
        for (let seen = afterSequence; !signal.aborted;) {
          const next = changed.promise;
          for (const event of known(seen)) {
            yield event;
            seen = event.sequence;
          }
          if (seen < last) continue;
          await Promise.race([next, stopped.promise]);
        }
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
  };
}
