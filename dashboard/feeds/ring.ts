/**
 * The messages that pages have been sent of late, once for all of them.
 *
 * Each page has only a place in here. One that is so slow that its place is gone
 * is told all anew. So what is kept does not grow with who reads, or does not.
 *
 * @module
 */

import { createNotifier } from "../../runtime/program/notifier.ts";
import type { Messages, Topic } from "../wire.ts";

/** A message as it is sent. */
export interface RingEntry {
  /** Counts up by 1 over all topics. */
  sequence: number;
  topic: Topic;
  /** Only who asks for this part of the topic is sent it; "" is the whole. */
  scope: string;
  /** The whole message of the stream, its end included. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** The messages, and who waits for the next. */
export interface Ring {
  /** Names this ring: another process has another one. */
  readonly epoch: string;
  /** The number of the last message; 0 before the first. */
  readonly last: number;
  /** Adds a message. */
  publish<T extends Topic>(
    topic: T,
    message: Messages[T],
    scope?: string,
  ): void;
  /**
   * Returns the messages after one, oldest first.
   *
   * @returns Undefined where some of them are gone.
   */
  after(sequence: number): Iterable<RingEntry> | undefined;
  /** Writes what stands for all messages up to the last one. */
  frame<T extends Topic>(
    topic: T,
    message: Messages[T],
  ): Uint8Array<ArrayBuffer>;
  /** Reads the place that a page says it has reached; undefined for any other. */
  placeOf(id: string | null): number | undefined;
  /** Resolves at the next message. To be asked for before a look. */
  changed(): Promise<void>;
}

/** Options for {@linkcode createRing}. */
export interface RingOptions {
  /** How many messages are kept. @default {4096} */
  maxEntries?: number;
  /** How much they have together, in bytes. @default {8 MiB} */
  maxBytes?: number;
  /** Its name. @default {a random one} */
  epoch?: string;
}

const encoder = new TextEncoder();

/** Makes an empty ring. */
export function createRing(
  {
    maxEntries = 4_096,
    maxBytes = 8 * 1024 ** 2,
    epoch = crypto.randomUUID().slice(0, 8),
  }: RingOptions = {},
): Ring {
  const changes = createNotifier();
  /** Those before `start` are dropped, and removed now and then. */
  let entries: (RingEntry | undefined)[] = [];
  let start = 0;
  let bytes = 0;
  let last = 0;
  const write = (sequence: number, topic: Topic, message: unknown) =>
    encoder.encode(
      `id: ${epoch}.${sequence}\nevent: ${topic}\ndata: ${
        JSON.stringify(message)
      }\n\n`,
    );
  const dropOldest = () => {
    bytes -= entries[start]!.bytes.length;
    entries[start++] = undefined;
    if (start < maxEntries) return;
    entries = entries.slice(start);
    start = 0;
  };
  return {
    epoch,
    get last() {
      return last;
    },
    publish(topic, message, scope = "") {
      const entry = {
        sequence: ++last,
        topic,
        scope,
        bytes: write(last, topic, message),
      };
      entries.push(entry);
      bytes += entry.bytes.length;
      while (entries.length - start > maxEntries || bytes > maxBytes) {
        dropOldest();
      }
      changes.notify();
    },
    after(sequence) {
      const count = entries.length - start;
      if (sequence > last || sequence < last - count) return undefined;
      const from = entries.length - (last - sequence);
      return slice(entries, from);
    },
    frame: (topic, message) => write(last, topic, message),
    placeOf(id) {
      const [, of, digits] = /^([\w-]+)\.(\d{1,15})$/.exec(id ?? "") ?? [];
      const sequence = Number(digits);
      return of === epoch && sequence <= last ? sequence : undefined;
    },
    changed: () => changes.next(),
  };
}

function* slice(
  entries: readonly (RingEntry | undefined)[],
  from: number,
): Generator<RingEntry> {
  for (let at = from; at < entries.length; at++) {
    const entry = entries[at];
    if (entry) yield entry;
  }
}
