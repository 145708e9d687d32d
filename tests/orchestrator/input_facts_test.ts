import { assertEquals, assertNotEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { compareInput, describeInput } from "../../orchestrator/input_facts.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

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

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
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

    assertEquals(await describeInput(path, end), {
      size,
      changedMs: WRITTEN.getTime(),
      read: {
        end,
        length: end - from,
        sha256: sha256(bytes.subarray(from, end)),
      },
    });
    assertEquals(
      await compareInput(path, await describeInput(path, end)),
      [],
    );
  });
}

Deno.test("compareInput() says each thing that is another, and all of them", async () => {
  await using folder = await tempFolder();
  const bytes = countingBytes(200_000);
  const path = await writeInput(folder, bytes);
  const was = await describeInput(path, 100_000);

  const size = "the input had 200000 bytes and has 200001";
  const date =
    "the input was changed at 2026-01-02T03:04:05.678Z and then at 2026-01-02T03:04:06.678Z";
  const content =
    "the input has other bytes before offset 100000, which were read";
  const longer = countingBytes(200_001).map((byte) => byte ^ 1);
  const other = bytes.slice();
  other[99_999]! ^= 1;
  const later = new Date(WRITTEN.getTime() + 1_000);

  await writeInput(folder, other);
  assertEquals(await compareInput(path, was), [content]);
  await writeInput(folder, bytes, later);
  assertEquals(await compareInput(path, was), [date]);
  await writeInput(folder, countingBytes(200_001));
  assertEquals(await compareInput(path, was), [size]);
  await writeInput(folder, longer, later);
  assertEquals(await compareInput(path, was), [size, date, content]);
});

Deno.test("compareInput() looks only at bytes that were read", async () => {
  await using folder = await tempFolder();
  const bytes = countingBytes(1_000);
  const path = await writeInput(folder, bytes);
  const was = await describeInput(path, 500);

  const after = bytes.slice();
  after[500]! ^= 1;
  await writeInput(folder, after);

  assertEquals(await compareInput(path, was), []);
  assertNotEquals(sha256(after), sha256(bytes));
});

Deno.test("compareInput() tells an input that was cut before what was read", async () => {
  await using folder = await tempFolder();
  const path = await writeInput(folder, countingBytes(100_000));
  const was = await describeInput(path, 90_000);

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
  const was = await describeInput(path, 10);
  await Deno.remove(path);

  assertEquals(await compareInput(path, was), [
    "the input is not there any more",
  ]);
});
