import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { START } from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { describeForeign } from "../../../stages/ingest/foreign_format.ts";
import { openInput } from "../../../stages/ingest/input.ts";
import { openSequence } from "../../../stages/ingest/sequence.ts";
import { createSource } from "../../../stages/ingest/source.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { type Ended, ended } from "../../support/runs.ts";
import { testWhere } from "../../support/built_clients.ts";
import { spawn } from "../../support/spawned.ts";
import { batchesOf, toBytes } from "../../support/raw_batch.ts";

const LINE =
  '{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u1","value":17}\n';

/** In units of so many bytes, little end first or not. */
function widened(text: string, size: number, littleEnd: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * size);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    for (let byte = 0; byte < size; byte++) {
      const place = littleEnd ? byte : size - 1 - byte;
      bytes[at * size + place] = (code >> (8 * byte)) & 0xff;
    }
  }
  return bytes;
}

const FOREIGN: [name: string, bytes: Uint8Array][] = [
  ["gzip", gzipSync(LINE)],
  ["Parquet", toBytes("PAR1")],
  ["zstd", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x24)],
  ["xz", Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
  ["lz4", Uint8Array.of(0x04, 0x22, 0x4d, 0x18)],
  ["bzip2", toBytes("BZh91AY&SY")],
  ["a zip archive", Uint8Array.of(0x50, 0x4b, 3, 4)],
  ["UTF-16LE", widened(`\ufeff${LINE}`, 2, true)],
  ["UTF-16BE", widened(`\ufeff${LINE}`, 2, false)],
  ["UTF-16LE", widened(LINE, 2, true)],
  ["UTF-16BE", widened(LINE, 2, false)],
  ["UTF-32LE", widened(`\ufeff${LINE}`, 4, true)],
  ["UTF-32BE", widened(LINE, 4, false)],
];

for (const [at, [name, bytes]] of FOREIGN.entries()) {
  Deno.test(`readBatches() says that its input looks like ${name} (${at})`, async () => {
    let left = bytes;
    const source = {
      read(buffer: Uint8Array) {
        if (left.length === 0) return Promise.resolve(null);
        const count = Math.min(left.length, buffer.length);
        buffer.set(left.subarray(0, count));
        left = left.subarray(count);
        return Promise.resolve(count);
      },
    };

    const fault = await assertRejects(
      () =>
        Array.fromAsync(
          batchesOf(source, { batch: 1, maxLine: 1_024, from: START }),
        ),
      Fault,
      `Cannot read the input: it looks like ${name}, and lines of JSON are wanted; read it by \``,
    );

    assertEquals(fault.code, "failed_precondition");
  });
}

for (
  const text of [
    "",
    "{",
    LINE,
    `\ufeff${LINE}`,
    "\0",
    "PK",
    "a,b\n",
    "a,b\nc\n",
    "1,2\n3,4\n",
    "a sentence, with a comma\n" + LINE,
    "key=value\n",
    "one=1 two\n",
    "[1,2]\n",
    "[]\n" + LINE,
    "{ }\n" + LINE,
    "BZh is a name",
    "\n\0{",
  ]
) {
  Deno.test(`describeForeign() takes ${JSON.stringify(text.slice(0, 20))} for lines`, () => {
    assertEquals(describeForeign(toBytes(text)), undefined);
  });
}

/** What is in each file, and the lines that its command must make of it. */
const TEXTS: [name: string, bytes: Uint8Array, lines: unknown[]][] = [
  [
    "CSV",
    toBytes('\ufeffa,"b c",d\r\n1,"x, ""y""",0.5\r\n007,,-3\r\n'),
    [{ a: 1, "b c": 'x, "y"', d: 0.5 }, { a: "007", "b c": "", d: -3 }],
  ],
  ["CSV", toBytes("a;b\n1,5;2\n"), [{ a: "1,5", b: 2 }]],
  ["CSV", toBytes("a\tb\n1\t2\n"), [{ a: 1, b: 2 }]],
  [
    "logfmt",
    toBytes('at=info ms=5 msg="it\'s \\"a\\" b"\nat=warn ms=1.5 msg=\nwords\n'),
    [
      { at: "info", ms: 5, msg: 'it\'s "a" b' },
      { at: "warn", ms: 1.5, msg: "" },
      "words",
    ],
  ],
  [
    "an access log",
    toBytes(
      '::1 - ann [10/Oct/2025:13:55:36 -0700] "GET /a?b HTTP/1.1" 200 2326 "-" "it\'s me"\n' +
        '::1 - - [10/Oct/2025:13:55:37 +0000] "PUT / HTTP/1.1" 304 -\nwords\n',
    ),
    [
      {
        host: "::1",
        user: "ann",
        time: "2025-10-10T13:55:36-07:00",
        method: "GET",
        path: "/a?b",
        status: 200,
        bytes: 2_326,
        referer: "-",
        agent: "it's me",
      },
      {
        host: "::1",
        user: "-",
        time: "2025-10-10T13:55:37+00:00",
        method: "PUT",
        path: "/",
        status: 304,
        bytes: 0,
        referer: null,
        agent: null,
      },
      "words",
    ],
  ],
  ["an array of JSON", toBytes('[\n  {"a": 1},\n  {"b": 2}\n]'), [
    { a: 1 },
    { b: 2 },
  ]],
  ["an array of JSON", toBytes('[{"a":"ä"}]\n'), [{ a: "ä" }]],
  ["JSON over several lines", toBytes('{\n  "a": 1\n}\n{\n  "b": 2\n}\n'), [
    { a: 1 },
    { b: 2 },
  ]],
  ["UTF-16LE", widened('\ufeff{"a":1}\n', 2, true), [{ a: 1 }]],
  ["gzip", gzipSync('{"a":1}\n'), [{ a: 1 }]],
];

for (const [at, [name, bytes, lines]] of TEXTS.entries()) {
  const words = describeForeign(bytes) ?? "";
  const [, command = ""] = /`(.*) FILE \| deno task/.exec(words) ?? [];
  const [program = ""] = command.split(" ");
  testWhere(
    `describeForeign() names a command that makes lines of JSON of ${name} (${at})`,
    await isInstalled(program) ? undefined : `${program} is not there`,
    async () => {
      await using folder = await tempFolder();
      const path = folder.file("it's in here");
      await Deno.writeFile(path, bytes);

      const { code, stdout, stderr } = await runInShell(command, path);

      assert(words.startsWith(`it looks like ${name}, and`), words);
      assertEquals([code, stderr], [0, ""], command);
      const made = stdout.trimEnd().split("\n");
      assertEquals(made.map(asJson), lines, command);
      assertEquals(describeForeign(toBytes(stdout)), undefined, command);
    },
  );
}

/** What is within what is compressed: the command must unpack it first. */
const WITHIN: [name: string, packed: Uint8Array, line: string][] = [
  ["CSV", gzipSync("a,b\n1,2\n"), '{"a": 1, "b": 2}'],
  ["gzip", zstdCompressSync(gzipSync('{"a":1}\n')), '{"a":1}'],
];

for (const [name, packed, line] of WITHIN) {
  testWhere(
    `a sequence names a command that unpacks what ${name} is in`,
    await isInstalled("zstdcat") ? undefined : "zstdcat is not there",
    async () => {
      await using folder = await tempFolder();
      const path = folder.file("FILE");
      await Deno.writeFile(path, packed);
      const signal = new AbortController().signal;
      const messages = await Promise.all([
        () => openInput(path, signal),
        () => createSource(path, 1_024).open(0, signal),
      ].map(async (open) => {
        using sequence = await openSequence({
          paths: [path],
          open,
          batch: 1,
          maxLine: 1_024,
          from: START,
        });
        return (await assertRejects(() => sequence.more(), Fault)).message;
      }));
      const [, command = ""] = /`(.*) \| deno task/.exec(messages[0]!) ?? [];

      const { code, stdout, stderr } = await runInShell(
        `cd "$0" && ${command} #`,
        folder.path,
      );

      assertEquals(messages[1], messages[0]);
      assertStringIncludes(messages[0]!, `${name} once it is unpacked, and`);
      assertEquals([code, stdout, stderr], [0, line, ""], command);
    },
  );
}

async function isInstalled(program: string): Promise<boolean> {
  return (await runInShell("command -v", program)).code === 0;
}

/** Runs a command with one more argument. */
async function runInShell(command: string, argument: string): Promise<Ended> {
  await using run = spawn("/bin/sh", ["-c", `${command} "$0"`, argument]);
  return await ended(run);
}

/** A line as JSON; one that is none, as it is. */
function asJson(line: string): unknown {
  return /^[{[]/.test(line) ? JSON.parse(line) : line;
}
