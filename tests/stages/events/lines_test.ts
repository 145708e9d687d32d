import { assertEquals, assertNotEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  areBlank,
  cutLine,
  isWhiteSpace,
  MAX_REJECT_TEXT,
} from "../../../stages/events/lines.ts";
import { toBytes } from "../../support/raw_batch.ts";

Deno.test("isWhiteSpace() knows the six white spaces of ASCII and no other", () => {
  const found = Array.from({ length: 0x3000 }, (_, code) => code)
    .filter(isWhiteSpace);

  assertEquals(found, [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]);
});

Deno.test("areBlank() looks only at the given part", () => {
  const bytes = toBytes("a \t\r b");

  assertEquals(areBlank(bytes, 1, 5), true);
  assertEquals(areBlank(bytes, 0, 5), false);
  assertEquals(areBlank(bytes, 1, 6), false);
  assertEquals(areBlank(bytes, 1, 1), true);
});

const CUTS: Record<string, [line: string, text: string, length: number]> = {
  "no line end": ["abc", "abc", 3],
  "a line feed": ["abc\n", "abc", 3],
  "both": ["abc\r\n", "abc", 3],
  "a carriage return at the end of the input": ["abc\r", "abc", 3],
  "two carriage returns": ["abc\r\r\n", "abc\r", 4],
  "nothing": ["", "", 0],
  "a line end only": ["\r\n", "", 0],
  "as much as is kept": ["x".repeat(4_096), "x".repeat(4_096), 4_096],
  "one byte more": ["x".repeat(4_097), "x".repeat(4_096), 4_097],
};

for (const [name, [line, text, length]] of Object.entries(CUTS)) {
  Deno.test(`cutLine() takes the line end off and cuts at 4 KiB: ${name}`, () => {
    const cut = cutLine(toBytes(line));

    assertEquals(cut, { text: toBytes(text), length });
  });
}

Deno.test("cutLine() copies, even from a Buffer", () => {
  const line = Buffer.alloc(MAX_REJECT_TEXT * 2, "x");

  const { text } = cutLine(line);

  assertNotEquals(text.buffer, line.buffer);
  assertEquals(text.buffer.byteLength, MAX_REJECT_TEXT);
});
