import { assertEquals, assertNotEquals } from "@std/assert";
import { createHash } from "node:crypto";
import {
  compareInput,
  describeInput,
  type InputFacts,
} from "../../../stages/ingest/input_facts.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

const WRITTEN = new Date("2026-01-02T03:04:05.678Z");
const SAMPLE = 65_536;

/** Writes an input that was last changed at `WRITTEN`. */
async function writeInput(
  folder: TempFolder,
  bytes: Uint8Array,
  changed = WRITTEN,
): Promise<string> {
  const path = folder.file("events");
  await Deno.writeFile(path, bytes);
  await Deno.utime(path, changed, changed);
  return path;
}

function countingBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at % 251);
}

async function describe(path: string, end: number): Promise<InputFacts> {
  using file = await Deno.open(path);
  return await describeInput(file, end);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function partOf(bytes: Uint8Array, from: number, end: number) {
  return {
    end,
    length: end - from,
    sha256: sha256(bytes.subarray(from, end)),
  };
}

/** How much was read, and which part of it is looked at. */
const PLACES: [size: number, end: number, from: number][] = [
  [0, 0, 0],
  [10, 0, 0],
  [10, 10, 0],
  [200_000, 100, 0],
  [200_000, SAMPLE, 0],
  [200_000, SAMPLE + 1, 1],
  [200_000, 200_000, 200_000 - SAMPLE],
];

for (const [size, end, from] of PLACES) {
  Deno.test(`describeInput() looks at what was read of ${size} bytes up to ${end}`, async () => {
    await using folder = await tempFolder();
    const bytes = countingBytes(size);
    const path = await writeInput(folder, bytes);

    const { inode, ends, ...facts } = await describe(path, end);
    assertEquals(inode, (await Deno.stat(path)).ino);
    assertEquals(ends, [
      partOf(bytes, 0, Math.min(size, SAMPLE)),
      partOf(bytes, Math.max(0, size - SAMPLE), size),
    ]);
    assertEquals(facts, {
      size,
      changedMs: WRITTEN.getTime(),
      read: partOf(bytes, from, end),
    });
    assertEquals(
      await compareInput(path, await describe(path, end)),
      [],
    );
  });
}

Deno.test("compareInput() says each thing that is another, and all of them", async () => {
  await using folder = await tempFolder();
  const bytes = countingBytes(200_000);
  const path = await writeInput(folder, bytes);
  const was = await describe(path, 100_000);

  const size = "the input had 200000 bytes and has 199999";
  const date =
    "the input was changed at 2026-01-02T03:04:05.678Z and then at 2026-01-02T03:04:06.678Z";
  const content =
    "the input has other bytes before offset 100000, which were read";
  const anew = "the input was written anew: not only appended to";
  const shorter = countingBytes(199_999);
  const other = bytes.slice();
  other[99_999]! ^= 1;
  const otherEnd = countingBytes(300_000);
  otherEnd[199_999]! ^= 1;
  const otherStart = countingBytes(300_000);
  otherStart[0]! ^= 1;
  const later = new Date(WRITTEN.getTime() + 1_000);

  for (
    const [written, changed, differences] of [
      [other, WRITTEN, [content]],
      [bytes, later, [date]],
      [other, later, [date, content]],
      [shorter, WRITTEN, [size]],
      [shorter.map((byte) => byte ^ 1), later, [size, content]],
      [otherEnd, later, [anew]],
      [otherStart, later, [anew]],
    ] as const
  ) {
    await writeInput(folder, written, changed);
    assertEquals(await compareInput(path, was), [...differences]);
  }
});

Deno.test("compareInput() takes what was appended for no change", async () => {
  await using folder = await tempFolder();
  const path = await writeInput(folder, countingBytes(200_000));
  const was = await describe(path, 100_000);

  await writeInput(folder, countingBytes(500_000), new Date());

  assertEquals(await compareInput(path, was), []);
});

Deno.test("compareInput() tells a file that has come into the place of another", async () => {
  await using folder = await tempFolder();
  const path = await writeInput(folder, countingBytes(1_000));
  const was = await describe(path, 500);
  await Deno.copyFile(path, folder.file("copy"));
  await Deno.utime(folder.file("copy"), WRITTEN, WRITTEN);

  await Deno.rename(folder.file("copy"), path);

  assertEquals(await compareInput(path, was), [
    "the input was replaced by another file",
  ]);
});

Deno.test("compareInput() looks only at bytes that were read", async () => {
  await using folder = await tempFolder();
  const bytes = countingBytes(1_000);
  const path = await writeInput(folder, bytes);
  const was = await describe(path, 500);

  const after = bytes.slice();
  after[500]! ^= 1;
  await writeInput(folder, after);

  assertEquals(await compareInput(path, was), []);
  assertNotEquals(sha256(after), sha256(bytes));
});

Deno.test("compareInput() tells an input that was cut before what was read", async () => {
  await using folder = await tempFolder();
  const path = await writeInput(folder, countingBytes(100_000));
  const was = await describe(path, 90_000);

  for (const size of [50_000, 1, 0]) {
    await writeInput(folder, countingBytes(size));

    assertEquals(await compareInput(path, was), [
      `the input had 100000 bytes and has ${size}`,
      "the input has other bytes before offset 90000, which were read",
    ]);
  }
});

Deno.test("compareInput() says that the input is gone", async () => {
  await using folder = await tempFolder();
  const path = await writeInput(folder, countingBytes(10));
  const was = await describe(path, 10);
  await Deno.remove(path);

  assertEquals(await compareInput(path, was), [
    "the input is not there any more",
  ]);
});
