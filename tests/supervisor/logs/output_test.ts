import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { eachLine, lineBlocks } from "../../../runtime/process/output_lines.ts";
import {
  formatEntries,
  openLogFile,
} from "../../../supervisor/logs/log_file.ts";
import { createWorkspace } from "../../support/supervised.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { eventually } from "../../support/eventually.ts";
import {
  listLogs,
  openLogReader,
} from "../../../supervisor/logs/log_reader.ts";
import { anyText } from "../../support/arbitraries.ts";

async function linesOf(chunks: Iterable<Uint8Array>, maxLineChars?: number) {
  return await Array.fromAsync(eachLine(
    ReadableStream.from(chunks),
    maxLineChars === undefined ? {} : { maxLineChars },
  ));
}

Deno.test("eachLine() gives the same lines wherever the bytes are cut", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(
      fc.string({ unit: "grapheme" }).map((line) =>
        line.replaceAll(/[\r\n]/g, "")
      ),
      {
        minLength: 1,
      },
    ),
    fc.array(fc.nat(20), { minLength: 1 }),
    async (lines, sizes) => {
      const bytes = new TextEncoder().encode(`${lines.join("\n")}\n`);
      const chunks: Uint8Array[] = [];
      for (let [at, turn] = [0, 0]; at < bytes.length; turn++) {
        const size = 1 + sizes[turn % sizes.length]!;
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }

      assertEquals(await linesOf(chunks), lines);
    },
  ));
});

Deno.test("eachLine() ends a last line, joins CRLF and replaces what is not UTF-8", async () => {
  const bytes = new Uint8Array([
    ...new TextEncoder().encode("a\r\nb"),
    0xff,
    ...new TextEncoder().encode("\nlast"),
  ]);

  assertEquals(await linesOf([bytes]), ["a", "b\ufffd", "last"]);
});

Deno.test("eachLine() cuts a line that never ends", async () => {
  const chunk = new TextEncoder().encode("x".repeat(8));

  const lines = await linesOf(Array(4).fill(chunk), 10);

  assertEquals(lines.map((line) => line.length), [16, 16]);
});

Deno.test("lineBlocks() gives out a text without line end after a pause, and ends its line later", async () => {
  const encoder = new TextEncoder();
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const bytes = new ReadableStream<Uint8Array>({
    start: (made) => void (controller = made),
  });
  const blocks = lineBlocks(bytes, { pauseMs: 1 });
  const next = async (text?: string) => {
    if (text !== undefined) controller.enqueue(encoder.encode(text));
    return (await blocks.next()).value;
  };

  assertEquals(await next("ready\nName? "), "ready\n");
  assertEquals(await next(), "Name? ");
  assertEquals(await next("Bob\nAge? "), "Bob\n");
  assertEquals(await next(), "Age? ");
  controller.close();
  assertEquals([await next(), await next()], ["\n", undefined]);
});

Deno.test("lineBlocks() reads no further than its blocks are taken", async () => {
  let read = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      read++;
      controller.enqueue(new TextEncoder().encode("line\n"));
    },
  }, { highWaterMark: 0 });

  const blocks = lineBlocks(endless);
  await blocks.next();
  await blocks.next();

  assertEquals(read, 2);
  await blocks.return(undefined);
});

Deno.test("formatEntries() writes one JSON document a line, whatever is in it", () => {
  fc.assert(fc.property(
    fc.array(
      anyText().map((line) => line.replaceAll("\n", "")),
      {
        minLength: 1,
      },
    ),
    (lines) => {
      const text = formatEntries("a", "stderr", `${lines.join("\n")}\n`, {
        atMs: 0,
      });

      assertEquals(
        text.slice(0, -1).split("\n").map((line) => JSON.parse(line)),
        lines.map((line) => ({
          time: "1970-01-01T00:00:00.000Z",
          service: "a",
          stream: "stderr",
          text: line,
        })),
      );
    },
  ));
});

Deno.test("openLogFile() keeps the newest files, and no line is torn", async () => {
  const folder = await Deno.makeTempDir();
  try {
    {
      await using log = openLogFile(folder, "a", {
        maxBytes: 1_000,
        maxFiles: 3,
      });
      for (let line = 0; line < 100; line++) {
        await log.write("stdout", `line ${line}\n`);
      }
    }

    const names = (await Array.fromAsync(Deno.readDir(folder)))
      .map(({ name }) => name).filter((name) => name.startsWith("a.log"));
    const texts: string[] = [];
    using reader = openLogReader(folder, "a");
    for await (const entries of reader.readNew()) {
      texts.push(...entries.map(({ text }) => text));
    }
    assertEquals(names.sort().slice(0, 3), ["a.log", "a.log.1", "a.log.2"]);
    assertEquals(await listLogs(folder), ["a"]);
    const first = Number(texts[0]?.split(" ")[1]);
    assertEquals(
      texts,
      Array.from(
        { length: 100 - first },
        (_, index) => `line ${first + index}`,
      ),
    );
    assertEquals(first > 50 && first < 90, true, `kept from line ${first}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("openLogReader() goes on where it stopped, across a rotation", async () => {
  const folder = await Deno.makeTempDir();
  try {
    using reader = openLogReader(folder, "a");
    const path = join(folder, "a.log");
    const read = async () => {
      const texts: string[] = [];
      for await (const entries of reader.readNew()) {
        texts.push(...entries.map(({ text }) => text));
      }
      return texts;
    };

    await Deno.writeTextFile(path, formatEntries("a", "stdout", "1\n2\n"));
    const whole = formatEntries("a", "stdout", "3\n");
    await Deno.writeTextFile(path, whole.slice(0, 30), { append: true });
    const before = await read();
    await Deno.writeTextFile(path, whole.slice(30), { append: true });
    await Deno.writeTextFile(path, formatEntries("a", "stdout", "4\n"), {
      append: true,
    });
    await Deno.rename(path, `${path}.1`);
    await Deno.writeTextFile(path, formatEntries("a", "stdout", "5\n"));
    const after = await read();

    assertEquals([before, after, await read()], [
      ["1", "2"],
      ["3", "4", "5"],
      [],
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("openLogReader() joins the parts of a line, and keeps apart what only looks like one", async () => {
  await using folder = await tempFolder();
  const write = async (...blocks: ["stdout" | "stderr", string][]) => {
    await using log = openLogFile(folder.path, "a", {
      maxBytes: 10_000,
      maxFiles: 2,
    });
    for (const [stream, block] of blocks) await log.write(stream, block);
  };
  await write(
    ["stdout", "Na"],
    ["stderr", "warning\n"],
    ["stdout", "me? "],
    ["stdout", "Bob\nnext\n"],
    ["stdout", "Age? "],
  );
  // Its supervisor was killed; another begins.
  await write(["stdout", "started\n"]);

  using reader = openLogReader(folder.path, "a");
  const entries = (await Array.fromAsync(reader.readNew())).flat();

  assertEquals(
    entries.map(({ text, partial, continued }) => [text, partial, continued]),
    [
      ["Name? Bob", undefined, undefined],
      ["warning", undefined, undefined],
      ["next", undefined, undefined],
      ["Age? ", true, undefined],
      ["started", undefined, undefined],
    ],
  );
});

Deno.test("a prompt is in the log while it waits, and stays when the supervisor is killed; a log that was removed is made again", async () => {
  await using workspace = await createWorkspace({
    asks: { command: ["sh", "-c", "printf 'Name? '; exec sleep 1000"] },
    ticks: {
      command: ["sh", "-c", "while :; do echo tick; sleep 0.05; done"],
    },
  });
  const file = (name: string) => join(workspace.folder, ".denizen", name);
  const says = async (name: string, words: RegExp) =>
    words.test(await Deno.readTextFile(file(name)).catch(() => ""));

  const supervised = workspace.supervise();
  await eventually(
    "the prompt is in the log",
    () => says("logs/asks.log", /"text":"Name\? ","partial":true/),
  );
  await eventually("the log has a line", () => says("logs/ticks.log", /tick/));
  await Deno.remove(file("logs/ticks.log"));
  await Deno.remove(file("supervisor-events.ndjson"));
  await eventually("the log has a line", () => says("logs/ticks.log", /tick/));
  await workspace.run("restart", "ticks");
  const eventsGoOn = await says("supervisor-events.ndjson", /"ticks"/);
  supervised.kill("SIGKILL");
  await supervised.exit;

  assertEquals(eventsGoOn, true);
  const { stdout } = await workspace.run("logs", "asks");
  assertEquals(stdout, "asks | Name? \n");
});
