/**
 * An input that is the rejects of an earlier run: what comes out are their lines,
 * one for each record, in the order of the file.
 *
 * Positions are those in what comes out; where the lines once stood is known to
 * the sink, which reads the same file. So a run that goes on reads the file from
 * its start again, and passes over what it knows.
 *
 * @module
 */

import { lineOf, readRejectRecords } from "../events/reject_records.ts";
import type { Input } from "./input.ts";
import type { Source } from "./source.ts";

/** The lines of a rejects file that stands at its start. */
export function replayedInput(input: Input, path: string): Input {
  const encoder = new TextEncoder();
  let doneBytes = 0;
  const records = readRejectRecords(async (buffer) => {
    const count = await input.read(buffer);
    doneBytes += count ?? 0;
    return count;
  }, path);
  let left = new Uint8Array();
  return {
    ...input,
    doneBytes: () => doneBytes,
    async read(buffer) {
      let count = 0;
      while (count < buffer.length) {
        if (left.length === 0) {
          const { done, value } = await records.next();
          if (done) break;
          left = encoder.encode(`${lineOf(value)}\n`);
        }
        const part = left.subarray(0, buffer.length - count);
        buffer.set(part, count);
        left = left.subarray(part.length);
        count += part.length;
      }
      return count > 0 ? count : null;
    },
    [Symbol.dispose]: () => input[Symbol.dispose](),
  };
}

/** The same, of a file that can be read again. */
export function replayedSource(source: Source, path: string): Source {
  return {
    async open(offset, signal, was) {
      const lines = replayedInput(await source.open(0, signal, was), path);
      const passed = new Uint8Array(PASSED_BYTES);
      for (let at = 0; at < offset;) {
        const count = await lines.read(passed.subarray(0, offset - at));
        if (count === null) break;
        at += count;
      }
      return lines;
    },
    sent() {},
    forget() {},
    pressed: false,
    readTo: 0,
    finish() {},
    close: () => source.close(),
  };
}

/** Bytes passed over at once. */
const PASSED_BYTES = 65_536;
