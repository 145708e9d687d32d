/**
 * New lines, for those who follow them: so many at a time, and no more than
 * anybody can read. The others are in the buffer.
 *
 * Those who follow the same service, or all, share what is sent.
 *
 * @module
 */

import type { LogLine } from "../wire.ts";
import type { Feed } from "./feed.ts";
import type { LogBuffer } from "./log_buffer.ts";
import type { Ring } from "./ring.ts";

/** Options for {@linkcode createLogFeed}. */
export interface LogFeedOptions {
  buffer: LogBuffer;
  ring: Pick<Ring, "publish" | "last">;
  /** How many lines are sent at once. @default {500} */
  maxLines?: number;
  /** How much they have together, in characters. @default {256 KiB} */
  maxChars?: number;
  /** The shortest time between two messages, in milliseconds. @default {100} */
  everyMs?: number;
}

/** The feed, and what tells it of new lines. */
export interface LogFeed extends Feed<"logs"> {
  /** Says that there are new lines in the buffer. */
  notice(): void;
}

interface Channel {
  watchers: number;
  /** The number of the first line that was not sent. */
  next: number;
  /** How many lines of the service had been written by then. */
  written: number;
  /** The message after which all lines are sent here. */
  since: number;
}

/** Makes the feed of a buffer. */
export function createLogFeed(
  {
    buffer,
    ring,
    maxLines = 500,
    maxChars = 256 * 1024,
    everyMs = 100,
  }: LogFeedOptions,
): LogFeed {
  /** By the service; "" is all. */
  const channels = new Map<string, Channel>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const writtenBy = (scope: string) =>
    scope === "" ? buffer.next : buffer.written(scope);
  const send = (scope: string, channel: Channel) => {
    const from = Math.max(channel.next, buffer.first);
    const lines: LogLine[] = [];
    let chars = 0;
    let n = buffer.next;
    while (n-- > from && lines.length < maxLines && chars < maxChars) {
      const line = buffer.at(n);
      if (!line || (scope !== "" && line.name !== scope)) continue;
      chars += line.text.length + line.name.length;
      lines.push(line);
    }
    const written = writtenBy(scope);
    // Forgotten in between, since nothing of it was kept.
    const came = written - (written < channel.written ? 0 : channel.written);
    channel.next = buffer.next;
    channel.written = written;
    if (lines.length === 0) return;
    ring.publish("logs", {
      kind: "lines",
      lines: lines.reverse(),
      skipped: Math.max(0, came - lines.length),
      first: buffer.first,
    }, scope);
  };
  const sendAll = () => {
    timer = undefined;
    for (const [scope, channel] of channels) {
      if (channel.next < buffer.next) send(scope, channel);
    }
  };
  return {
    notice() {
      if (channels.size === 0) return;
      timer ??= setTimeout(sendAll, everyMs);
    },
    snapshot: () => ({
      kind: "snapshot",
      first: buffer.first,
      next: buffer.next,
      names: buffer.names(),
    }),
    watch(scope) {
      let channel = channels.get(scope);
      if (!channel) {
        channel = {
          watchers: 0,
          next: buffer.next,
          written: writtenBy(scope),
          since: ring.last,
        };
        channels.set(scope, channel);
      } else if (channel.next < buffer.next) send(scope, channel);
      const joined = channel;
      joined.watchers++;
      return {
        [Symbol.dispose]() {
          joined.watchers--;
          if (joined.watchers === 0) channels.delete(scope);
        },
      };
    },
    isWholeSince: (sequence, scope) =>
      sequence >= (channels.get(scope)?.since ?? Infinity),
  };
}
