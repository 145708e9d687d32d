import { assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import {
  readRejectRecords,
  type RejectRecord,
} from "../../../stages/events/reject_records.ts";
import { toBytes } from "../../support/raw_batch.ts";

const RECORD = {
  line: 3,
  offset: 40,
  stage: "parse",
  reason: "not valid JSON",
  text: "ü\ufffd",
};

/** Reads a file that comes in pieces of so many bytes. */
function recordsOf(text: string, pieceBytes: number): Promise<RejectRecord[]> {
  const bytes = toBytes(text);
  let at = 0;
  const read = (buffer: Uint8Array) => {
    const piece = bytes.subarray(at, at + Math.min(pieceBytes, buffer.length));
    buffer.set(piece);
    at += piece.length;
    return Promise.resolve(piece.length || null);
  };
  return Array.fromAsync(readRejectRecords(read, "r.ndjson"));
}

for (const pieceBytes of [1, 7, 100_000]) {
  Deno.test(`readRejectRecords() reads text and place of each, ${pieceBytes} bytes at a time`, async () => {
    const cut = {
      ...RECORD,
      line: 9,
      text: "{",
      truncated: true,
      length: 9_000,
    };
    const text = `${JSON.stringify({ ...RECORD, file: "a.log" })}\r\n\n${
      JSON.stringify(cut)
    }`;

    assertEquals(await recordsOf(text, pieceBytes), [
      {
        text: "ü\ufffd",
        isCut: false,
        isLossy: false,
        length: 0,
        place: { line: 3, offset: 40, file: "a.log" },
      },
      {
        text: "{",
        isCut: true,
        isLossy: false,
        length: 9_000,
        place: { line: 9, offset: 40 },
      },
    ]);
    assertEquals(await recordsOf("", pieceBytes), []);
  });
}

const NONE: Record<string, string> = {
  "an event": '{"ts":"2026-01-01T00:00:00Z","type":"click"}',
  "no JSON": "{",
  "no object": "3",
  "a reject without its text": JSON.stringify({ ...RECORD, text: undefined }),
  "a reject without its line": JSON.stringify({ ...RECORD, line: "3" }),
  "a cut one without its length": JSON.stringify({
    ...RECORD,
    truncated: true,
  }),
  "a line without an end": "x".repeat(3_000_000),
};

for (const [name, line] of Object.entries(NONE)) {
  Deno.test(`readRejectRecords() refuses ${name}`, async () => {
    const fault = await assertRejects(
      () => recordsOf(`${JSON.stringify(RECORD)}\n${line}`, 100_000),
      Fault,
    );

    assertEquals(
      fault.message,
      'Cannot replay "r.ndjson": its line 2 is no reject; name a rejects file, and read others by --input',
    );
  });
}
