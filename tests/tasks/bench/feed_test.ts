import { assert, assertEquals } from "@std/assert";
import { createEventLines } from "../../../tasks/bench/event_lines.ts";
import { type Fed, feedEvents } from "../../../tasks/bench/feed.ts";
import { scheduleOf } from "../../../tasks/bench/schedule.ts";

const LINE = new TextEncoder().encode("0123456789\n");

/** So many lines, all alike. */
function linesOf(count: number) {
  let left = count;
  return createEventLines({
    read(buffer) {
      const lines = Math.min(left, Math.floor(buffer.length / LINE.length));
      for (let at = 0; at < lines; at++) buffer.set(LINE, at * LINE.length);
      left -= lines;
      return Promise.resolve(lines === 0 ? null : lines * LINE.length);
    },
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface FeedCase {
  rate: number;
  durationMs: number;
  /** Reads one chunk that was fed. */
  read?: (chunk: Uint8Array) => Promise<void> | void;
  signal?: AbortSignal;
}

/** Feeds a reader; returns what it was told and what came. */
async function feed(
  { rate, durationMs, read, signal = new AbortController().signal }: FeedCase,
): Promise<{ fed: Fed; text: string; closed: boolean }> {
  const schedule = scheduleOf(rate, durationMs);
  let text = "";
  let closed = false;
  const to = new WritableStream<Uint8Array>({
    async write(chunk) {
      text += new TextDecoder().decode(chunk);
      await read?.(chunk);
    },
    close() {
      closed = true;
    },
  }, { highWaterMark: 0 });
  const fed = await feedEvents(linesOf(schedule.count), to, {
    schedule,
    signal,
  });
  return { fed, text, closed };
}

Deno.test("feedEvents() feeds all that is due after a line of white space, and closes", async () => {
  const { fed, text, closed } = await feed({ rate: 10_000, durationMs: 50 });

  assertEquals({ events: fed.events, bytes: fed.bytes, closed }, {
    events: 500,
    bytes: 500 * LINE.length,
    closed: true,
  });
  const [opener = "", ...lines] = text.trimEnd().split("\n");
  assertEquals(opener.trim(), "");
  assert(opener.length > 65_536, "a pipe would hold it all");
  assertEquals(lines, new Array(500).fill("0123456789"));
  assertEquals(fed.lastDueMs, 49.9);
});

Deno.test("feedEvents() starts its clock when the reader begins to read", async () => {
  const chunks: number[] = [];

  await feed({
    rate: 2,
    durationMs: 1_000,
    read: async (chunk) => {
      chunks.push(chunk.length);
      // Longer than it takes until the second event is due.
      if (chunks.length === 1) await pause(600);
    },
  });

  assertEquals(chunks.slice(1), [LINE.length, LINE.length]);
});

Deno.test("feedEvents() leaves out what a slow reader did not take in time, and says how long it waited", async () => {
  const { fed, text, closed } = await feed({
    rate: 1_000_000,
    durationMs: 100,
    read: () => pause(100),
  });

  assert(closed);
  assert(fed.events > 0 && fed.events < 100_000, `${fed.events} events`);
  assertEquals(text.split("\n").length - 2, fed.events);
  assert(fed.blockedMs >= 90, `blocked for ${fed.blockedMs} ms`);
});

Deno.test("feedEvents() returns what it fed when the reader goes", async () => {
  let chunks = 0;

  const { fed } = await feed({
    rate: 1_000,
    durationMs: 1_000,
    read: () => {
      if (++chunks > 2) throw new Deno.errors.BrokenPipe();
    },
  });

  assert(fed.events > 0 && fed.events < 1_000, `${fed.events} events`);
});

Deno.test("feedEvents() stops when it is told to, between two events too", async () => {
  const stop = new AbortController();

  const { fed } = await feed({
    rate: 1,
    durationMs: 60_000,
    signal: stop.signal,
    read: (chunk) => {
      if (chunk.length === LINE.length) stop.abort();
    },
  });

  assertEquals(fed.events, 1);
});
