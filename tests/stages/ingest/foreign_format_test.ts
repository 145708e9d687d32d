import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { START } from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { describeForeign } from "../../../stages/ingest/foreign_format.ts";
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
      `Cannot read the input: it looks like ${name}, and lines of UTF-8 are wanted; read it by \``,
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
    "BZh is a name",
    "\n\0{",
  ]
) {
  Deno.test(`describeForeign() takes ${JSON.stringify(text.slice(0, 20))} for lines`, () => {
    assertEquals(describeForeign(toBytes(text)), undefined);
  });
}
