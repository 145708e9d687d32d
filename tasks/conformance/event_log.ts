/**
 * What has come by a stream, in order, for checks that look at it and wait for
 * more.
 *
 * @module
 */

import { after } from "../../runtime/program/abort.ts";
import type { Fault } from "../../runtime/program/errors.ts";
import { createNotifier } from "../../runtime/program/notifier.ts";
import { Violation } from "./check.ts";

/** How a stream has ended; without a fault it ended well. */
export interface Over {
  fault?: Fault;
}

/** All that has come. */
export interface EventLog<Item> {
  readonly items: readonly Item[];
  /** Set once no more can come. */
  readonly over: Over | undefined;
  add(item: Item): void;
  close(fault?: Fault): void;
  /** Looks again at what {@linkcode until} waits for. */
  notify(): void;
  /**
   * Waits until something holds.
   *
   * @param expected What is waited for, for the message.
   * @param sent What the stage was sent, for the message.
   * @throws {Violation} If it takes too long, or the stream ends before.
   */
  until(holds: () => boolean, expected: string, sent: string): Promise<void>;
  /** Waits until no more can come. @throws {Violation} If it takes too long. */
  untilOver(expected: string, sent: string): Promise<Over>;
}

/**
 * Makes an empty log.
 *
 * @param patienceMs How long is waited for anything, in milliseconds.
 * @param describe Says in short what an item is, for messages.
 */
export function createEventLog<Item>(
  patienceMs: number,
  describe: (item: Item) => string,
): EventLog<Item> {
  const items: Item[] = [];
  const changed = createNotifier();
  let over: Over | undefined;

  /** Waits; false where it takes too long. */
  const wait = async (holds: () => boolean): Promise<boolean> => {
    let late = false;
    const cancel = after(patienceMs, () => {
      late = true;
      changed.notify();
    });
    try {
      for (;;) {
        const change = changed.next();
        if (holds()) return true;
        if (late) return false;
        await change;
      }
    } finally {
      cancel();
    }
  };
  const came = () => {
    const last = items.slice(-3).map(describe).join(", ");
    const more = items.length > 3 ? `${items.length - 3} more, then ` : "";
    return items.length === 0 ? "nothing" : more + last;
  };
  return {
    items,
    get over() {
      return over;
    },
    add(item) {
      items.push(item);
      changed.notify();
    },
    close(fault) {
      over ??= fault ? { fault } : {};
      changed.notify();
    },
    notify: changed.notify,
    async until(holds, expected, sent) {
      await wait(() => holds() || over !== undefined);
      if (holds()) return;
      throw new Violation({
        sent,
        came: over
          ? `${came()}, and the end: ${describeOver(over)}`
          : `${came()}, within ${patienceMs / 1_000} s`,
        expected,
      });
    },
    async untilOver(expected, sent) {
      await wait(() => over !== undefined);
      if (over) return over;
      throw new Violation({
        sent,
        came: `${came()}, and no end within ${patienceMs / 1_000} s`,
        expected,
      });
    },
  };
}

/** Says how a stream has ended. */
export function describeOver({ fault }: Over): string {
  return fault ? `${fault.code}: ${fault.message}` : "ended well";
}
