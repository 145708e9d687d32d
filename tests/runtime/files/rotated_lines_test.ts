import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  openRotatedLines,
  type RotatedLines,
} from "../../../runtime/files/rotated_lines.ts";
import { openLogFile } from "../../../supervisor/logs/log_file.ts";
import { openLogReader } from "../../../supervisor/logs/log_reader.ts";

/** Makes a folder for one test, with the path of a file in it. */
async function createFolder() {
  const folder = await Deno.makeTempDir({ prefix: "denizen-test-" });
  return {
    folder,
    path: join(folder, "a.log"),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function append(path: string, text: string) {
  return Deno.writeTextFile(path, text, { append: true });
}

/** Reads until there is nothing new. */
async function readAll(lines: RotatedLines): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const some = await lines.read();
    if (some.length === 0) return all;
    all.push(...some);
  }
}

Deno.test("read() begins with the oldest file, and waits for the end of a line", async () => {
  await using place = await createFolder();
  const { path } = place;
  await append(`${path}.10`, "1\n2\n");
  await append(`${path}.9`, "3\n");
  await append(`${path}.x`, "not ours\n");
  await append(path, "4\nha");
  using lines = openRotatedLines(path);

  const before = await readAll(lines);
  await append(path, "lf\nlast");

  assertEquals(before, ["1", "2", "3", "4"]);
  assertEquals(await readAll(lines), ["half"]);
});

Deno.test("read() waits for a file that is not there yet", async () => {
  await using place = await createFolder();
  using lines = openRotatedLines(join(place.folder, "later", "a.log"));

  const before = await lines.read();
  await Deno.mkdir(join(place.folder, "later"));
  await append(join(place.folder, "later", "a.log"), "1\n");

  assertEquals([before, await lines.read()], [[], ["1"]]);
});

Deno.test("read() reads lines longer than what it reads at once", async () => {
  await using place = await createFolder();
  const long = "é".repeat(200_000);
  await append(place.path, `${long}\nshort\n`);
  using lines = openRotatedLines(place.path);

  assertEquals(await readAll(lines), [long, "short"]);
});

Deno.test("read() gives what was written before a rotation, though the file is removed", async () => {
  await using place = await createFolder();
  const { path } = place;
  let missed = 0;
  await append(path, "1\n");
  using lines = openRotatedLines(path, { onMissed: () => missed++ });

  const before = await readAll(lines);
  await append(path, "2\n");
  await Deno.remove(path);
  const between = await readAll(lines);
  await append(path, "3\n");

  assertEquals([before, between, await readAll(lines)], [["1"], ["2"], ["3"]]);
  // Whether there was a file between the two cannot be known.
  assertEquals(missed, 1);
});

Deno.test("read() tells when files are removed faster than they are read", async () => {
  await using place = await createFolder();
  let missed = 0;
  using reader = openLogReader(place.folder, "a", {
    onMissed: () => missed++,
  });
  const read = async () => {
    const texts: string[] = [];
    for await (const entries of reader.readNew()) {
      texts.push(...entries.map(({ text }) => text));
    }
    return texts;
  };
  await using file = openLogFile(place.folder, "a", {
    maxBytes: 200,
    maxFiles: 2,
  });

  await file.write("stdout", "first\n");
  const first = await read();
  const missedBefore = missed;
  for (let line = 0; line < 20; line++) {
    await file.write("stdout", `line ${line}\n`);
  }
  const rest = await read();

  assertEquals(first, ["first"]);
  assertEquals([missedBefore, missed], [0, 1]);
  assertEquals(rest.at(-1), "line 19");
  assert(rest.length < 20, `${rest.length} lines were kept`);
});

Deno.test("read() tells when the file is emptied, and goes on", async () => {
  await using place = await createFolder();
  let missed = 0;
  await append(place.path, "1\n2\n");
  using lines = openRotatedLines(place.path, { onMissed: () => missed++ });

  const before = await readAll(lines);
  await Deno.truncate(place.path);
  await append(place.path, "3\n");

  assertEquals([before, await readAll(lines)], [["1", "2"], ["3"]]);
  assertEquals(missed, 1);
});

Deno.test("no line is lost or doubled while a log is rotated under its reader", async () => {
  const COUNT = 5_000;
  await using place = await createFolder();
  let missed = 0;
  using reader = openLogReader(place.folder, "a", {
    onMissed: () => missed++,
  });
  const seen: number[] = [];
  let written = false;
  const write = async () => {
    await using file = openLogFile(place.folder, "a", {
      maxBytes: 5_000,
      maxFiles: 200,
    });
    for (let line = 0; line < COUNT; line += 10) {
      const block = Array.from({ length: 10 }, (_, index) => line + index);
      await file.write("stdout", `${block.join("\n")}\n`);
    }
    written = true;
  };
  const read = async () => {
    for (let last = false; !last;) {
      last = written;
      for await (const entries of reader.readNew()) {
        seen.push(...entries.map(({ text }) => Number(text)));
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  await Promise.all([write(), read()]);

  assertEquals(seen, Array.from({ length: COUNT }, (_, index) => index));
  assertEquals(missed, 0);
  const files = await Array.fromAsync(Deno.readDir(place.folder));
  assert(files.length > 50, `it was rotated ${files.length} times`);
});

Deno.test("openLogFile() leaves what was half written apart", async () => {
  await using place = await createFolder();
  await append(place.path, '{"time":"2026-');
  {
    await using file = openLogFile(place.folder, "a", {
      maxBytes: 1_000,
      maxFiles: 2,
    });
    await file.write("stdout", "whole\n");
  }

  using reader = openLogReader(place.folder, "a");
  const read = await Array.fromAsync(reader.readNew());
  assertEquals(read.flat().map(({ text }) => text), ["whole"]);
});
