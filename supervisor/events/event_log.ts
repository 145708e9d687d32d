/**
 * What has happened to the services, numbered, for any number of readers.
 *
 * @module
 */

import { createNotifier } from "../../runtime/program/notifier.ts";
import {
  type EventBody,
  eventsLost,
  numbersBegunAnew,
  type SupervisorEvent,
} from "./event.ts";

/** The latest events, and those to come. */
export interface EventLog {
  /** Adds an event; the log numbers it and adds the time. */
  append(event: EventBody & { message: string }): void;
  /**
   * Returns the events that are still known, after a sequence number.
   *
   * Where some after that number are not, the first is `events_lost`. The
   * number 0 stands for the oldest that is known.
   */
  known(afterSequence?: number): SupervisorEvent[];
  /** Yields what known() returns, then the events that come. */
  follow(
    afterSequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<SupervisorEvent>;
}

/** Options for {@linkcode createEventLog}. */
export interface EventLogOptions {
  /** How many events are remembered. @default {1_000} */
  capacity?: number;
  /** The number of the last event of the supervisor before. @default {0} */
  lastSequence?: number;
  /** Takes each event before any reader does. @default {nothing} */
  record?: (event: SupervisorEvent) => void;
}

/** Makes a log that remembers the last events. */
export function createEventLog({
  capacity = 1_000,
  lastSequence = 0,
  record = () => {},
}: EventLogOptions = {}): EventLog {
  const events: SupervisorEvent[] = [];
  let last = lastSequence;
  const changed = createNotifier();

  const known = (after = 0): SupervisorEvent[] => {
    const oldest = events[0]?.sequence ?? last + 1;
    const timeMs = events[0]?.timeMs ?? Date.now();
    if (after > last) {
      return [numbersBegunAnew(after, oldest, timeMs), ...events];
    }
    if (after > 0 && after < oldest - 1) {
      return [eventsLost(after + 1, oldest - 1, timeMs), ...events];
    }
    return events.slice(Math.max(0, after + 1 - oldest));
  };
  return {
    append(body) {
      const event = { ...body, sequence: ++last, timeMs: Date.now() };
      record(event);
      events.push(event);
      if (events.length > capacity) events.shift();
      changed.notify();
    },
    known,
    async *follow(afterSequence, signal) {
      signal.addEventListener("abort", changed.notify, { once: true });
      try {
        for (let seen = afterSequence; !signal.aborted;) {
          const next = changed.next();
          for (const event of known(seen)) {
            yield event;
            seen = event.sequence;
          }
          if (seen < last) continue;
          await next;
        }
      } finally {
        signal.removeEventListener("abort", changed.notify);
      }
    },
  };
}
