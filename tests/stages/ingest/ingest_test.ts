import { assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import {
  type Position,
  type RawBatch,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  MAX_BATCH_BYTES,
  MAX_REJECT_TEXT,
} from "../../../stages/events/lines.ts";
import type { ByteSource } from "../../../stages/ingest/line_buffer.ts";
import {
  batchesOf,
  byteSource,
  readAll,
  readSource,
  toBytes,
} from "../../support/raw_batch.ts";

const BOM = "\ufeff";

/** A line that is an event, as the reference below finds it. */
interface Line {
  line: number;
  offset: number;
  /** Without its line end, cut at 4 KiB. */
  text: string;
  length: number;
  oversized: boolean;
}

/** Finds the events one byte at a time. */
function naiveEvents(bytes: Uint8Array, maxLine: number): Line[] {
  const events: Line[] = [];
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let line = 1;
  for (let start = marked ? 3 : 0; start < bytes.length; line++) {
    let end = start;
    while (end < bytes.length && bytes[end] !== 0x0a) end++;
    const content = bytes.subarray(start, end);
    const offset = start;
    start = end + 1;
    if (content.every((byte) => byte === 0x20 || byte > 8 && byte < 14)) {
      continue;
    }
    const length = content.length - (content.at(-1) === 0x0d ? 1 : 0);
    events.push({
      line,
      offset,
      text: latin1(content.subarray(0, Math.min(length, MAX_REJECT_TEXT))),
      length,
      oversized: length > maxLine,
    });
  }
  return events;
}

/** Lists the events of batches in the form of the reference. */
function eventsOf(batches: RawBatch[]): Line[] {
  return batches.flatMap(({ begin, linesOffset, lines, oversized }) => {
    let offset = linesOffset;
    const events = latin1(lines).split("\n").map((text, index) => {
      const content = text.replace(/\r$/, "");
      const event = {
        line: begin.line + index + 1,
        offset,
        text: content.slice(0, MAX_REJECT_TEXT),
        length: content.length,
        oversized: false,
      };
      offset += text.length + 1;
      return event;
    }).filter(({ text }) => /[^\t-\r ]/.test(text));
    if (!oversized) return events;
    const { stage: _stage, reason: _reason, text, ...rest } = oversized;
    return [...events, { ...rest, text: latin1(text), oversized: true }];
  });
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("\n", "\r\n") },
  { weight: 1, arbitrary: fc.constantFrom("\r", " ", "\t", "\v", "\0", BOM) },
  { weight: 2, arbitrary: fc.constantFrom("a", '{"a":1}', "é", "💥") },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("x", " ", "\r"), fc.nat(30))
      .map(([character, count]) => character.repeat(count)),
  },
).map(toBytes);
const content = fc.tuple(
  fc.constantFrom("", BOM).map(toBytes),
  fc.array(
    fc.oneof({ weight: 9, arbitrary: piece }, fc.uint8Array({ maxLength: 4 })),
    { maxLength: 40 },
  ),
).map(([mark, pieces]) =>
  Uint8Array.from([mark, ...pieces].flatMap((p) => [...p]))
);
const input = fc.record({
  content,
  chunkSizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
  batch: fc.integer({ min: 1, max: 6 }),
  maxLine: fc.integer({ min: 1, max: 24 }),
});

Deno.test("readBatches() finds the events that a naive reader finds", async () => {
  await fc.assert(fc.asyncProperty(input, async ({ content, ...options }) => {
    const batches = await readAll(content, options);

    assertEquals(eventsOf(batches), naiveEvents(content, options.maxLine));
  }));
});

/** Checks that batches hold all of a content, byte for byte, one by one. */
function assertWhole(
  batches: RawBatch[],
  content: Uint8Array,
  { batch, maxLine }: { batch: number; maxLine: number },
): void {
  let position: Position = START;
  for (const { begin, end, lines, linesOffset } of batches) {
    assertEquals(begin, position);
    assertLessOrEqual(end.event - begin.event, batch);
    assertEquals(
      lines,
      content.slice(linesOffset, linesOffset + lines.length),
    );
    position = end;
  }
  assertEquals(position, {
    event: naiveEvents(content, maxLine).length,
    offset: content.length,
    line: content.filter((byte) => byte === 0x0a).length,
  });
}

Deno.test("readBatches() covers the whole input without a gap, in batches of the size asked for", async () => {
  await fc.assert(fc.asyncProperty(input, async ({ content, ...options }) => {
    assertWhole(await readAll(content, options), content, options);
  }));
});

/** The same source, but each chunk takes a time of `delaysMs`, in turn. */
function delayed(
  { read }: ByteSource,
  delaysMs: readonly (number | undefined)[],
): ByteSource {
  let reads = 0;
  return {
    async read(buffer) {
      const delayMs = delaysMs[reads++ % delaysMs.length];
      if (delayMs !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
      return await read(buffer);
    },
  };
}

Deno.test("readBatches() loses and doubles nothing, however the bytes come and however long it waits for them", async () => {
  const lingering = fc.record({
    lingerMs: fc.constantFrom(0, 1, Infinity),
    delaysMs: fc.array(fc.constantFrom(undefined, 0, 1, 3), { minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(input, lingering, async (
      { content, chunkSizes, ...options },
      { lingerMs, delaysMs },
    ) => {
      const batches = await readSource(
        delayed(byteSource(content, chunkSizes), delaysMs),
        { ...options, lingerMs },
      );

      assertEquals(eventsOf(batches), naiveEvents(content, options.maxLine));
      assertWhole(batches, content, options);
    }),
    { numRuns: 60 },
  );
});

/** A source that gives what it is told to, when it is. */
function pipe(): ByteSource & { give(text: string): void; close(): void } {
  const chunks: (Uint8Array | null)[] = [];
  let more = Promise.withResolvers<void>();
  const push = (chunk: Uint8Array | null) => {
    chunks.push(chunk);
    more.resolve();
    more = Promise.withResolvers();
  };
  return {
    async read(buffer) {
      while (chunks.length === 0) await more.promise;
      const chunk = chunks.shift()!;
      if (chunk) buffer.set(chunk);
      return chunk && chunk.length;
    },
    give: (text) => push(toBytes(text)),
    close: () => push(null),
  };
}

for (const lingerMs of [0, 5]) {
  Deno.test(`readBatches() lets no event wait for more than ${lingerMs} ms, nor the rest of a line be lost`, async () => {
    const source = pipe();
    const batches = batchesOf(source, {
      batch: 100,
      maxLine: 100,
      lingerMs,
      from: START,
    });
    const next = async () => latin1((await batches.next()).value!.lines);

    source.give("one\ntwo\nthr");
    assertEquals(await next(), "one\ntwo\n");
    source.give("ee\n");
    assertEquals(await next(), "three\n");
    const waiting = next(); // there is no event that could be late
    source.give("four");
    source.close();
    assertEquals(await waiting, "four");
    assertEquals((await batches.next()).done, true);
  });
}

for (const lingerMs of [undefined, 1e12]) {
  Deno.test(`readBatches() fills a batch that may wait ${lingerMs ?? "for ever"}${lingerMs ? " ms" : ""}`, async () => {
    const source = delayed(byteSource("a\nb\nc\nd", [2]), [undefined, 1]);

    const batches = await readSource(source, {
      batch: 3,
      ...(lingerMs ? { lingerMs } : {}),
    });

    assertEquals(batches.map(({ lines }) => latin1(lines)), [
      "a\nb\nc\n",
      "d",
    ]);
  });
}

Deno.test("readBatches() says when the first line of a batch came, and the last", async () => {
  const nowMs = () => performance.timeOrigin + performance.now();
  const source = pipe();
  const batches = batchesOf(source, { batch: 2, maxLine: 9, from: START });
  const startMs = nowMs();

  source.give("a\n");
  const first = batches.next();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const betweenMs = nowMs();
  source.give("b\nc\n");
  const { firstMs, lastMs } = (await first).value!;
  source.close();
  const alone = (await batches.next()).value!;

  const times = [startMs, firstMs!, betweenMs, lastMs!, nowMs()];
  assertEquals(times, times.toSorted((a, b) => a - b));
  assertEquals(alone.firstMs, lastMs);
  assertLessOrEqual(alone.firstMs!, alone.lastMs!);
});

Deno.test("readBatches() reads on from the end of any batch", async () => {
  await fc.assert(
    fc.asyncProperty(input, async ({ content, ...options }) => {
      const batches = await readAll(content, options);

      for (const [index, { end }] of batches.entries()) {
        const rest = await readAll(content, { ...options, from: end });
        assertEquals(rest, batches.slice(index + 1));
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("readBatches() asks for the size of each batch by where it begins", async () => {
  const asked: Position[] = [];
  const sizes = [3, 1, 2, 5];

  const batches = await readAll("a\n\nb\nc\nd\ne\nf\ng\n", {
    batch(begin) {
      asked.push(begin);
      return sizes[asked.length - 1]!;
    },
  });

  assertEquals(batches.map(({ begin, end }) => end.event - begin.event), [
    3,
    1,
    2,
    1,
  ]);
  assertEquals(
    asked.slice(0, 4),
    batches.map(({ begin }) => begin),
  );
});

Deno.test("readBatches() cuts the same batches however the bytes come", async () => {
  await fc.assert(fc.asyncProperty(input, async ({ content, ...options }) => {
    const { chunkSizes, ...same } = options;

    assertEquals(
      await readAll(content, { ...same, chunkSizes }),
      await readAll(content, same),
    );
  }));
});

for (const content of ["", BOM]) {
  Deno.test(`readBatches() gives no event for ${JSON.stringify(content)}`, async () => {
    const batches = await readAll(content);

    assertEquals(eventsOf(batches), []);
    assertEquals(batches.at(-1)?.end.offset ?? 0, toBytes(content).length);
  });
}

Deno.test("readBatches() does not ask again after the end, as a terminal would", async () => {
  for (const content of ["", "a", "abc\n"]) {
    let ends = 0;
    const { read } = byteSource(content, [1]);
    const source = {
      async read(buffer: Uint8Array) {
        const count = await read(buffer);
        if (count === null) ends++;
        return count;
      },
    };

    const options = { batch: 1, maxLine: 2, from: START };
    for await (const _batch of batchesOf(source, options));

    assertEquals(ends, 1);
  }
});

Deno.test("readBatches() takes a line of exactly maxLine bytes, whatever ends it", async () => {
  for (const lineEnd of ["\n", "\r\n", "\r", ""]) {
    for (const chunkSizes of [[Infinity], [1]]) {
      const options = { maxLine: 5, chunkSizes };

      const longest = await readAll(`12345${lineEnd}`, options);
      const longer = await readAll(`123456${lineEnd}`, options);

      assertEquals(longest.map(({ oversized }) => oversized), [undefined]);
      assertEquals(longer.map(({ oversized }) => oversized), [{
        line: 1,
        offset: 0,
        stage: "ingest",
        reason: "line is longer than 5 bytes",
        text: toBytes("123456"),
        length: 6,
      }]);
    }
  }
});

Deno.test("readBatches() keeps of a line too long its first 4 KiB and nothing of the next line", async () => {
  const long = "x".repeat(MAX_REJECT_TEXT + 1);

  const batches = await readAll(`${long}\nabcdef\nok\n`, { maxLine: 3 });

  assertEquals(
    batches.map(({ oversized }) => oversized && latin1(oversized.text)),
    [long.slice(1), "abcdef", undefined],
  );
});

Deno.test("readBatches() passes over white space of any length", async () => {
  const blank = " \t".repeat(1_500_000);

  const batches = await readAll(`a\n${blank}\nb\n${blank}`, { maxLine: 10 });

  assertEquals(batches.filter(({ oversized }) => oversized), []);
  assertEquals(batches.at(-1)!.end, {
    event: 2,
    offset: 6_000_005,
    line: 3,
  });
});

Deno.test("readBatches() ends a batch at 1 MiB of lines", async () => {
  const line = `${"x".repeat(99_999)}\n`;

  const batches = await readAll(line.repeat(30), { batch: 1_000 });

  assertEquals(batches.map(({ lines }) => lines.length), [
    1_100_000,
    1_100_000,
    800_000,
  ]);
});

Deno.test("readBatches() ends a batch at 65,536 events, however short they are", async () => {
  const batches = await readAll("?\n".repeat(150_000), { batch: 1_000_000 });

  assertEquals(batches.map(({ begin, end }) => end.event - begin.event), [
    65_536,
    65_536,
    18_928,
  ]);
});

Deno.test("readBatches() carries a line longer than a batch", async () => {
  const line = `${"x".repeat(3 * MAX_BATCH_BYTES)}\n`;

  const batches = await readAll(`a\n${line}b\n`, {
    maxLine: 4 * MAX_BATCH_BYTES,
  });

  assertEquals(batches.map(({ lines }) => lines.length), [line.length + 2, 2]);
});

Deno.test("readBatches() needs one buffer for a line of 64 MiB", async () => {
  const bytes = 67_108_864;
  const buffers = new Map<ArrayBufferLike, number>();
  let given = 0;
  const source = {
    read(buffer: Uint8Array) {
      buffers.set(buffer.buffer, buffer.buffer.byteLength);
      if (given === bytes) return Promise.resolve(null);
      const count = Math.min(buffer.length, bytes - given);
      buffer.fill(0x80, 0, count);
      given += count;
      return Promise.resolve(count);
    },
  };
  const rejects: (number | undefined)[] = [];

  const options = { batch: 100, maxLine: 1_048_576, from: START };
  for await (const { oversized } of batchesOf(source, options)) {
    rejects.push(oversized?.length);
  }

  assertEquals(rejects, [bytes]);
  assertEquals(buffers.size, 1);
  assertLessOrEqual([...buffers.values()][0]!, 4 * 1_048_576);
});
