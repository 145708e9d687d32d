import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertRejects,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { Fault } from "../../../runtime/program/errors.ts";
import type { Input } from "../../../stages/ingest/input.ts";
import { createSpool } from "../../../stages/ingest/spool.ts";
import { byteSource } from "../../support/raw_batch.ts";

const NEVER = new AbortController().signal;

/** Bytes that tell where they are. */
function countingBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at % 251);
}

/** Reads so many bytes, or up to the end. */
async function readBytes(
  input: Input,
  count: number,
  chunkSize = Infinity,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const read = await input.read(bytes.subarray(at, at + chunkSize));
    if (read === null) break;
    at += read;
  }
  return bytes.subarray(0, at);
}

/** A source that gives out bytes when it is told to. */
function createPipe() {
  let waiting: PromiseWithResolvers<number | null> | undefined;
  let into: Uint8Array | undefined;
  let asked = Promise.withResolvers<void>();
  let given = 0;
  return {
    read(buffer: Uint8Array): Promise<number | null> {
      assertEquals(waiting, undefined, "read twice at once");
      into = buffer;
      waiting = Promise.withResolvers();
      asked.resolve();
      return waiting.promise;
    },
    /** True while somebody waits for bytes. */
    isAsked: () => waiting !== undefined,
    /** Gives the next `count` bytes, once somebody waits for them. */
    async give(count: number | null) {
      await asked.promise;
      asked = Promise.withResolvers();
      for (let at = 0; at < (count ?? 0); at++) into![at] = given++ % 251;
      const { resolve } = waiting!;
      waiting = undefined;
      resolve(count);
    },
  };
}

/** What is done to a spool, again and again. */
type Step =
  | { do: "read"; count: number; chunkSize: number }
  | { do: "forget"; share: number }
  | { do: "reopen"; share: number };

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("read" as const),
        count: fc.integer({ min: 1, max: 60 }),
        chunkSize: fc.integer({ min: 1, max: 30 }),
      }),
    },
    fc.record({
      do: fc.constantFrom("forget" as const, "reopen" as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  ),
  { maxLength: 40 },
);

Deno.test("createSpool() gives the same bytes however it is read, forgotten and opened anew", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(400),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      steps,
      async (length, chunkSizes, steps: Step[]) => {
        const bytes = countingBytes(length);
        const { read } = byteSource(bytes, chunkSizes);
        const spool = createSpool(read, 1_000);
        let input = spool.open(0, NEVER);
        let [cursor, sent, forgotten] = [0, 0, 0];

        for (const step of steps) {
          switch (step.do) {
            case "read": {
              const got = await readBytes(input, step.count, step.chunkSize);
              assertEquals(got, bytes.slice(cursor, cursor + step.count));
              cursor += got.length;
              sent = Math.max(sent, cursor);
              spool.sent(cursor);
              break;
            }
            case "forget":
              forgotten += Math.floor((sent - forgotten) * step.share);
              spool.forget(forgotten);
              if (cursor < forgotten) {
                input = spool.open(cursor = forgotten, NEVER);
              }
              break;
            case "reopen":
              input[Symbol.dispose]();
              cursor = forgotten +
                Math.floor((sent - forgotten) * step.share);
              input = spool.open(cursor, NEVER);
          }
        }
        assertEquals(await readBytes(input, 1_000), bytes.slice(cursor));
        assertEquals(await input.read(new Uint8Array(1)), null);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("createSpool() never holds more than it may, and one read", async () => {
  const maxBytes = 1_000;
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(300), async (sizes, behind) => {
      let given = 0;
      const { read } = byteSource(countingBytes(20_000), sizes);
      const spool = createSpool(async (buffer) => {
        const count = await read(buffer);
        given += count ?? 0;
        return count;
      }, maxBytes);
      const input = spool.open(0, NEVER);

      let cursor = 0;
      let forgotten = 0;
      for (;;) {
        const count = await input.read(new Uint8Array(100));
        if (count === null) break;
        cursor += count;
        spool.sent(cursor);
        assertLessOrEqual(given - forgotten, maxBytes + 300 * 2);
        forgotten = Math.max(forgotten, cursor - behind);
        spool.forget(forgotten);
      }
      assertEquals(cursor, 20_000);
    }),
    { numRuns: 50 },
  );
});

Deno.test("read() waits where the spool is full until something is committed", async () => {
  const pipe = createPipe();
  const spool = createSpool(pipe.read, 100);
  const input = spool.open(0, NEVER);
  const first = readBytes(input, 100);
  for (const count of [40, 60]) await pipe.give(count);
  await first;
  spool.sent(100);

  const next = readBytes(input, 10);
  let over = false;
  next.then(() => over = true);
  spool.forget(30); // in the middle of what was read at once: all of it stays
  await settle();
  assertEquals([pipe.isAsked(), over], [false, false]);
  spool.forget(40);
  await pipe.give(10);

  assertEquals(await next, countingBytes(110).slice(100));
});

Deno.test("pressed says when something should be committed", async () => {
  const pipe = createPipe();
  const spool = createSpool(pipe.read, 100);
  const input = spool.open(0, NEVER);

  const pressed: boolean[] = [];
  for (const count of [50, 1]) {
    const reading = readBytes(input, count);
    await pipe.give(count);
    await reading;
    pressed.push(spool.pressed);
  }
  spool.sent(51);
  spool.forget(50);
  pressed.push(spool.pressed);

  assertEquals(pressed, [false, true, false]);
});

Deno.test("read() lets go of a single line that fills the spool, and open() says so", async () => {
  const bytes = countingBytes(1_000);
  const { read } = byteSource(bytes, [50]);
  const spool = createSpool(read, 100);
  const before = spool.open(0, NEVER);
  await readBytes(before, 10);
  spool.sent(10);
  spool.forget(10);

  // Nothing of it can be sent before its end is found.
  const line = await readBytes(before, 500);
  assertEquals(line, bytes.slice(10, 510));

  const fault = assertThrows(() => spool.open(10, NEVER), Fault);
  assertEquals(fault.code, "failed_precondition");
  const kept = /byte 10: it is kept from byte (\d+) on/.exec(fault.message);
  assert(kept, fault.message);
  assert(Number(kept[1]) <= 510 && Number(kept[1]) >= 400, fault.message);
  assertEquals(
    fault.message,
    `Cannot read standard input again from byte 10: it is kept from byte ${
      kept[1]
    } on; put the input into a file`,
  );
  // From there on it can be.
  const from = Number(kept[1]);
  assertEquals(
    await readBytes(spool.open(from, NEVER), 1_000),
    bytes.slice(from),
  );
});

Deno.test("open() says that what was committed is gone", async () => {
  const { read } = byteSource(countingBytes(100), [10]);
  const spool = createSpool(read, 1_000);
  await readBytes(spool.open(0, NEVER), 40);
  spool.sent(40);
  spool.forget(25);

  // What was read at once goes at once.
  assertEquals((await readBytes(spool.open(20, NEVER), 80)).length, 80);
  assertThrows(
    () => spool.open(19, NEVER),
    Fault,
    "Cannot read standard input again from byte 19: it is kept from byte 20 on",
  );
});

Deno.test("read() that is aborted loses nothing of what it waited for", async () => {
  const pipe = createPipe();
  const spool = createSpool(pipe.read, 1_000);
  const gone = new AbortController();

  const waiting = assertRejects(
    () => readBytes(spool.open(0, gone.signal), 10),
    Fault,
  );
  await settle();
  gone.abort();
  assertEquals((await waiting).code, "cancelled");
  const again = readBytes(spool.open(0, NEVER), 20);
  await pipe.give(10);
  await pipe.give(10);

  assertEquals(await again, countingBytes(20));
});

Deno.test("read() that is aborted while the spool is full leaves it to the next", async () => {
  const pipe = createPipe();
  const spool = createSpool(pipe.read, 10);
  const gone = new AbortController();
  const input = spool.open(0, gone.signal);
  const first = readBytes(input, 10);
  await pipe.give(10);
  await first;
  spool.sent(10);

  const waiting = assertRejects(() => readBytes(input, 1), Fault);
  await settle();
  gone.abort();
  await waiting;

  assertEquals(await readBytes(spool.open(0, NEVER), 10), countingBytes(10));
});

Deno.test("read() of an input that was closed takes nothing from the next", async () => {
  const pipe = createPipe();
  const spool = createSpool(pipe.read, 100);
  const closed = spool.open(0, NEVER);
  const first = readBytes(closed, 60);
  await pipe.give(60);
  await first;
  spool.sent(10);
  spool.forget(10);
  // It is in the middle of a line as its chain breaks, and nobody waits for it.
  const left = readBytes(closed, 1_000).catch(({ code }) => code);
  await settle();

  closed[Symbol.dispose]();
  const next = spool.open(10, NEVER);
  await pipe.give(60);
  await settle();

  // The spool is full, and all that was sent is committed: had the closed one
  // gone on, it would have let go of what the next has not read.
  assertEquals(await readBytes(next, 110), countingBytes(120).slice(10));
  assertEquals(await left, "cancelled");
});

Deno.test("read() gives the end again after opening anew", async () => {
  const { read } = byteSource("abc");
  const spool = createSpool(read, 100);

  for (const offset of [0, 1, 3, 3]) {
    const input = spool.open(offset, NEVER);
    assertEquals((await readBytes(input, 10)).length, 3 - offset);
    assertEquals(await input.read(new Uint8Array(1)), null);
  }
});

Deno.test("read() fails with what the source fails with", async () => {
  const spool = createSpool(() => Promise.reject(new Error("lost")), 100);

  for (let time = 0; time < 2; time++) {
    await assertRejects(
      () => readBytes(spool.open(0, NEVER), 10),
      Error,
      "lost",
    );
  }
});

/** Lets everything go on that can. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve();
}
