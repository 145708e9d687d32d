/**
 * Messages that are dealt with one at a time, in the order they come.
 *
 * @module
 */

/** Takes messages for one that deals with them. */
export interface Mailbox<Message> {
  /** The first one is dealt with at once, each other one after those before it. */
  post(message: Message): void;
}

/**
 * Makes a mailbox, empty.
 *
 * @param handle Deals with a message. What it throws is an unhandled rejection;
 * the messages after it are dealt with all the same.
 */
export function createMailbox<Message extends object>(
  handle: (message: Message) => void | Promise<void>,
): Mailbox<Message> {
  const waiting: Message[] = [];
  let isBusy = false;
  const empty = async () => {
    isBusy = true;
    try {
      for (let next; (next = waiting.shift());) await handle(next);
    } finally {
      isBusy = false;
      if (waiting.length > 0) void empty();
    }
  };
  return {
    post(message) {
      waiting.push(message);
      if (!isBusy) void empty();
    },
  };
}
