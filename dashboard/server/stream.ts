/**
 * What a page is told as it happens, as server-sent events.
 *
 * A stream pulls: it asks the ring for what comes after its place when there is
 * room for more. A page that reads slowly, or not at all, holds up nobody and
 * costs no memory: once its place is gone it is told all anew, and one that reads
 * nothing for long is left.
 *
 * @module
 */

import type { Feeds } from "../feeds/feed.ts";
import type { Ring } from "../feeds/ring.ts";
import type { Topic } from "../wire.ts";

/** What a stream is made of. */
export interface StreamOptions {
  ring: Ring;
  feeds: Feeds;
  topics: readonly Topic[];
  /** The part of a topic that is asked for. @default {"", the whole} */
  scopes?: Partial<Record<Topic, string>>;
  /** The last message that the page has, as it was told. @default {none} */
  lastEventId?: string | null;
  /** A sign of life after so much silence, in milliseconds. @default {15_000} */
  quietMs?: number;
  /** How long a page may read nothing, in milliseconds. @default {60_000} */
  stuckMs?: number;
  /** Called once, when the stream is over. */
  onEnd?: () => void;
}

/** How much is written at once, in bytes; a message may be larger. */
const MAX_AT_ONCE = 128 * 1024;

const encoder = new TextEncoder();
/** How soon a page comes back, in milliseconds. */
const OPENING = encoder.encode("retry: 1000\n\n");
const SIGN_OF_LIFE = encoder.encode(":\n\n");

/** Opens a stream for one page. */
export function openStream({
  ring,
  feeds,
  topics,
  scopes = {},
  lastEventId = null,
  quietMs = 15_000,
  stuckMs = 60_000,
  onEnd = () => {},
}: StreamOptions): ReadableStream<Uint8Array<ArrayBuffer>> & Disposable {
  const scopeOf = (topic: Topic) => scopes[topic] ?? "";
  const looking = topics.map((topic) => feeds[topic].watch?.(scopeOf(topic)));
  const ended = Promise.withResolvers<"ended">();
  let isOver = false;
  let stuck: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(stuck);
    for (const each of looking) each?.[Symbol.dispose]();
    ended.resolve("ended");
    onEnd();
  };

  const snapshots = (of: readonly Topic[]) =>
    of.map((topic) => ring.frame(topic, feeds[topic].snapshot(scopeOf(topic))));
  /** The last message that this page has been sent; undefined: none. */
  let place = ring.placeOf(lastEventId);
  let opening = [OPENING];
  if (place !== undefined && ring.after(place)) {
    const from = place;
    const parts = topics.filter((topic) =>
      feeds[topic].isWholeSince?.(from, scopeOf(topic)) === false
    );
    opening = [OPENING, ...snapshots(parts)];
  }

  /** Takes what there is to be sent now; nothing where there is none. */
  const take = (): Uint8Array[] => {
    const first = opening.splice(0);
    const entries = place === undefined ? undefined : ring.after(place);
    if (!entries) {
      place = ring.last;
      return [...first, ...snapshots(topics)];
    }
    const parts = first;
    let size = 0;
    for (const { sequence, topic, scope, bytes } of entries) {
      if (size > 0 && size + bytes.length > MAX_AT_ONCE) break;
      place = sequence;
      if (!topics.includes(topic) || scope !== scopeOf(topic)) continue;
      parts.push(bytes);
      size += bytes.length;
    }
    return parts;
  };

  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      clearTimeout(stuck);
      const send = (parts: readonly Uint8Array[]) => {
        if (isOver) return;
        controller.enqueue(joined(parts));
        stuck = setTimeout(() => {
          end();
          controller.error(new Error("the page reads nothing"));
        }, stuckMs);
        Deno.unrefTimer(stuck);
      };
      let quiet: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<"silence">((resolve) => {
        quiet = setTimeout(() => resolve("silence"), quietMs);
      });
      try {
        while (!isOver) {
          const changed = ring.changed();
          const parts = take();
          if (parts.length > 0) return send(parts);
          const next = await Promise.race([changed, silence, ended.promise]);
          if (next === "silence") return send([SIGN_OF_LIFE]);
        }
        controller.close();
      } finally {
        clearTimeout(quiet);
      }
    },
    cancel: end,
  }, { highWaterMark: 0 });
  return Object.assign(stream, { [Symbol.dispose]: end });
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
