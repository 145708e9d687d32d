/** What becomes of a run whose input changes while it is read. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import { openInput } from "../../../stages/ingest/input.ts";
import { createSource } from "../../../stages/ingest/source.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

const NEVER = new AbortController().signal;

/** More than the parts that are looked at. */
const TEXT = "0123456789".repeat(30_000);
/** A third of it. */
const READ_BYTES = 100_000;

/** Reads the first bytes, lets something happen, and reads the others. */
async function readThrough(
  happen: (path: string, folder: TempFolder) => Promise<void>,
): Promise<string> {
  await using folder = await tempFolder();
  const path = folder.file("events");
  await Deno.writeTextFile(path, TEXT);
  const longAgo = new Date("2026-01-02T03:04:05Z");
  await Deno.utime(path, longAgo, longAgo);
  using input = await openInput(path, NEVER);
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(READ_BYTES);
  let text = "";
  for (;;) {
    const count = await input.read(buffer);
    if (count === null) return text;
    if (text === "") await happen(path, folder);
    text += decoder.decode(buffer.subarray(0, count));
  }
}

async function append(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { append: true });
}

/** Writes over some bytes in place. */
async function overwrite(path: string, at: number): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(at, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode("?"));
}

Deno.test("an input that another file takes the place of is read to its end", async () => {
  const text = await readThrough(async (path, folder) => {
    await Deno.writeTextFile(folder.file("next"), "x".repeat(TEXT.length));
    await Deno.rename(folder.file("next"), path);
  });

  assertEquals(text, TEXT);
});

Deno.test("an input that is removed is read to its end", async () => {
  assertEquals(await readThrough((path) => Deno.remove(path)), TEXT);
});

Deno.test("an input that grows is read as far as it went at the start", async () => {
  assertEquals(await readThrough((path) => append(path, "more")), TEXT);
});

const CHANGES: Record<
  string,
  [(path: string) => Promise<void>, message: string]
> = {
  "is truncated": [
    (path) => Deno.truncate(path, 0),
    "the input had 300000 bytes and has 0",
  ],
  "becomes shorter than what was read": [
    (path) => Deno.truncate(path, 5_000),
    "the input had 300000 bytes and has 5000",
  ],
  "is copied and truncated, and written on": [
    async (path) => {
      await Deno.truncate(path, 0);
      await append(path, "abcdefghij".repeat(31_000));
    },
    "the input was written anew: not only appended to",
  ],
  "is written over where it was read": [
    (path) => overwrite(path, 10),
    "the input was changed at 2026-01-02T03:04:05.000Z and then at ",
  ],
  "is written over where it was not yet read": [
    (path) => overwrite(path, TEXT.length - 10),
    "the input was changed at 2026-01-02T03:04:05.000Z and then at ",
  ],
};

for (const [what, [change, message]] of Object.entries(CHANGES)) {
  Deno.test(`an input that ${what} ends the reading with words`, async () => {
    const fault = await assertRejects(() => readThrough(change), Fault);

    assertEquals(fault.code, "failed_precondition");
    assertStringIncludes(fault.message, message);
  });
}

Deno.test("an input of no size, as those of /proc, is read to its end", async () => {
  using input = await openInput("/proc/self/status", NEVER);
  const buffer = new Uint8Array(READ_BYTES);

  const count = await input.read(buffer);

  assertEquals(input.size, 0);
  assertStringIncludes(
    new TextDecoder().decode(buffer.subarray(0, count!)),
    "Name:\t",
  );
});

Deno.test("an input is told what it was by a process before", async () => {
  await using folder = await tempFolder();
  const path = folder.file("events");
  await Deno.writeTextFile(path, TEXT);
  const was = {
    inode: (await Deno.stat(path)).ino,
    size: TEXT.length,
    changedMs: (await Deno.stat(path)).mtime!.getTime(),
    read: { end: 0, length: 0, sha256: EMPTY },
    ends: [],
  };
  await Deno.copyFile(path, folder.file("copy"));
  await Deno.rename(folder.file("copy"), path);

  const fault = await assertRejects(
    () => createSource(path, 1_024).open(100, NEVER, was),
    Fault,
  );

  assertEquals(
    fault.message,
    `Cannot go on with the input "${path}": the input was replaced by another file; a result would be of neither content, so start the run over, on a file that stays as it is`,
  );
});

const EMPTY =
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Deno.test("an input whose disk is slow is read on a thread", async () => {
  const { read, readSync } = Deno.FsFile.prototype;
  using _restored = {
    [Symbol.dispose]: () =>
      void Object.assign(Deno.FsFile.prototype, { read, readSync }),
  };
  const how: string[] = [];
  /** How long the disk takes for the first read, in milliseconds. */
  const tookMs = 20;
  /** Notes a read of the input; others look at what the file is. */
  const note = (buffer: Uint8Array, way: string): number =>
    buffer.length === READ_BYTES && how.push(way) === 1 ? tookMs : 0;
  Object.assign(Deno.FsFile.prototype, {
    readSync(this: Deno.FsFile, buffer: Uint8Array) {
      const endMs = performance.now() + note(buffer, "at once");
      while (performance.now() < endMs);
      return readSync.call(this, buffer);
    },
    read(this: Deno.FsFile, buffer: Uint8Array) {
      note(buffer, "on a thread");
      return read.call(this, buffer);
    },
  });

  const text = await readThrough(() => Promise.resolve());

  assertEquals(text, TEXT);
  // The third one is as the disk of the test's machine is.
  assertEquals(how.slice(0, 2), ["at once", "on a thread"]);
});
