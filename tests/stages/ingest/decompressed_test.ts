import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { Fault } from "../../../runtime/program/errors.ts";
import { decompressed } from "../../../stages/ingest/decompressed.ts";
import { openInput } from "../../../stages/ingest/input.ts";
import { createSource } from "../../../stages/ingest/source.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const NEVER = new AbortController().signal;
const NAME = 'the input "events"';

/** More than a decoder gives at once, and it does not shrink to nothing. */
const TEXT = Array.from(
  { length: 20_000 },
  (_, at) => `{"at":${at},"is":"${(at * 7_919) % 100_003}"}\n`,
).join("");
const BYTES = new TextEncoder().encode(TEXT);

/** A frame without data, of so many bytes, as parallel encoders write it. */
function skippable(length: number): Uint8Array {
  const frame = new Uint8Array(8 + length);
  frame.set([0x5a, 0x2a, 0x4d, 0x18, length]);
  return frame;
}

function zstd(bytes: Uint8Array, checksum = false): Uint8Array {
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_checksumFlag]: checksum ? 1 : 0 },
  });
}

function concat(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A source that gives so many bytes at a time, and notes what was taken. */
function sourceOf(bytes: Uint8Array, atOnce = Infinity) {
  let at = 0;
  return {
    get taken() {
      return at;
    },
    read(buffer: Uint8Array) {
      if (at === bytes.length) return Promise.resolve(null);
      const part = bytes.subarray(at, at + Math.min(buffer.length, atOnce));
      buffer.set(part);
      at += part.length;
      return Promise.resolve(part.length);
    },
  };
}

async function readAll(
  source: { read(buffer: Uint8Array): Promise<number | null> },
  atOnce = 100_000,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const buffer = new Uint8Array(atOnce);
    const count = await source.read(buffer);
    if (count === null) return concat(parts);
    parts.push(buffer.subarray(0, count));
  }
}

/** Without looking for what differs, which takes long. */
function assertSame(actual: Uint8Array, wanted: Uint8Array, what = ""): void {
  assert(Buffer.compare(actual, wanted) === 0, `${what}: other bytes`);
}

const [HEAD, TAIL] = [BYTES.subarray(0, 300_001), BYTES.subarray(300_001)];
const NOTHING = new Uint8Array();
const COMPRESSED: [what: string, bytes: Uint8Array][] = [
  ["gzip", gzipSync(BYTES)],
  ["gzip of several members", concat([gzipSync(HEAD), gzipSync(TAIL)])],
  ["gzip with an empty member", concat([gzipSync(NOTHING), gzipSync(BYTES)])],
  ["gzip, filled up", concat([gzipSync(BYTES), new Uint8Array(1_024)])],
  ["zstd", zstd(BYTES)],
  ["zstd with a checksum", zstd(BYTES, true)],
  ["zstd of several frames", concat([zstd(HEAD, true), zstd(TAIL)])],
  ["zstd with an empty frame", concat([zstd(NOTHING), zstd(BYTES)])],
  [
    "zstd with frames without data",
    concat([skippable(4), zstd(HEAD), skippable(0), zstd(TAIL)]),
  ],
];

Deno.test("decompressed() gives what was compressed, however it comes", async () => {
  for (const [what, bytes] of COMPRESSED) {
    for (const atOnce of [Infinity, 3_001]) {
      using source = decompressed(sourceOf(bytes, atOnce), NAME);

      assert(await source.isCompressed(), what);
      assertSame(await readAll(source), BYTES, what);
      assertEquals(source.sourceBytes, bytes.length, what);
    }
  }
  const [, gzip] = COMPRESSED[1]!;
  const [, frames] = COMPRESSED[6]!;
  for (const bytes of [gzip, frames]) {
    using source = decompressed(sourceOf(bytes.subarray(0, 100), 1), NAME);
    await assertRejects(() => readAll(source), Fault, "at byte 100");
  }
});

Deno.test("decompressed() leaves what is not compressed as it is", async () => {
  for (const text of ["", "\x1f", "(", "\x1f\x8b{", "(\xb5/", "P*M", "{}\n"]) {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    for (const atOnce of [Infinity, 1]) {
      using source = decompressed(sourceOf(bytes, atOnce), NAME);

      assertEquals(await readAll(source, 2), bytes);
      assertEquals(await source.isCompressed(), false);
    }
  }
  using source = decompressed(sourceOf(BYTES), NAME);
  assertSame(await readAll(source), BYTES);
});

Deno.test("decompressed() names the byte where data ends too early", async () => {
  for (const [what, bytes] of COMPRESSED) {
    const format = what.split(" ")[0];
    if (what.includes("filled")) continue;
    for (const cut of [1, 5, 1_000]) {
      const end = bytes.length - cut;
      using source = decompressed(sourceOf(bytes.subarray(0, end)), NAME);

      const fault = await assertRejects(
        () => readAll(source),
        Fault,
        `Cannot read ${NAME}: its ${format} data ends in the middle, at byte ${end}`,
        `${what} but for ${cut} bytes`,
      );
      assertEquals(fault.code, "failed_precondition");
    }
  }
});

Deno.test("decompressed() names the place where data is damaged", async () => {
  const junk = new TextEncoder().encode("no frame, no member");
  const flipped = (bytes: Uint8Array, at: number) =>
    bytes.map((byte, index) => index === at ? byte ^ 0xff : byte);
  const ofGzip = gzipSync(BYTES);
  const ofZstd = zstd(BYTES, true);
  for (
    const [format, bytes] of [
      ["gzip", flipped(ofGzip, ofGzip.length - 6)],
      ["gzip", concat([ofGzip, junk])],
      ["zstd", flipped(ofZstd, ofZstd.length - 1)],
      ["zstd", concat([ofZstd, junk])],
    ] as const
  ) {
    using source = decompressed(sourceOf(bytes), NAME);

    const { message } = await assertRejects(() => readAll(source), Fault);

    const found = new RegExp(
      `^Cannot read ${NAME}: its ${format} data is damaged between byte (\\d+) and byte ${bytes.length}: .+`,
    ).exec(message);
    assert(found, message);
    assert(Number(found[1]) > bytes.length - 65_537, message);
  }
});

/** A frame of the one byte "x", with the window and dictionary that its head has. */
const strangeFrame = (...head: number[]) =>
  Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...head, 0b1001, 0, 0, 0x78);

const STRANGE_ZSTD: Record<string, Uint8Array> = {
  "compressed with a dictionary; read it by `zstd -dc -D DICTIONARY FILE | deno task pipeline --input=-`":
    strangeFrame(0x01, 0x58, 7),
  "compressed with a larger window than is safe to take unasked; read it by `zstd -dc --long=31 FILE | deno task pipeline --input=-`":
    strangeFrame(0x00, 0xa8),
};

for (const [words, bytes] of Object.entries(STRANGE_ZSTD)) {
  Deno.test(`decompressed() says of zstd that it is ${words.split(";")[0]}`, async () => {
    using source = decompressed(sourceOf(bytes), NAME);

    const { message } = await assertRejects(() => readAll(source), Fault);

    assertEquals(message, `Cannot read ${NAME}: it is ${words}`);
  });
}

Deno.test("decompressed() does not inflate ahead of its reader", async () => {
  const zeros = new Uint8Array(64 * 1_048_576);
  for (const compressed of [gzipSync(zeros), zstd(zeros)]) {
    const bomb = concat(Array.from({ length: 40 }, () => compressed));
    const input = sourceOf(bomb);
    using source = decompressed(input, NAME);
    const buffer = new Uint8Array(1_000);
    const before = Deno.memoryUsage().rss;

    for (let read = 0; read < 100; read++) await source.read(buffer);

    const grown = Deno.memoryUsage().rss - before;
    assert(grown < zeros.length / 2, `${grown} bytes more are held`);
    assert(input.taken <= 2 * 65_536, `${input.taken} bytes were taken`);
  }
});

Deno.test("a compressed file is read from any place, by its content alone", async () => {
  await using folder = await tempFolder();
  const path = folder.file("events.ndjson");
  const compressed = gzipSync(BYTES);
  await Deno.writeFile(path, compressed);
  const source = createSource(path, 1_024);

  for (const offset of [0, 5, 300_001, BYTES.length]) {
    using input = await source.open(offset, NEVER);

    assertEquals(input.size, compressed.length);
    assertSame(await readAll(input), BYTES.subarray(offset));
    assertEquals(input.doneBytes(BYTES.length), compressed.length);
  }
  await assertRejects(
    () => source.open(BYTES.length + 1, NEVER),
    Fault,
    `Cannot go on with the input "${path}": what it holds ends at byte ${BYTES.length}, and ${
      BYTES.length + 1
    } were read`,
  );

  using input = await openInput(path, NEVER);
  assertSame(await readAll(input), BYTES);
  using asItIs = await openInput(path, NEVER, true);
  assertSame(await readAll(asItIs), compressed);
  using alsoAsItIs = await createSource(path, 1_024, true).open(9, NEVER);
  assertSame(await readAll(alsoAsItIs), compressed.subarray(9));
});
