/**
 * Reads back what a run has written, line by line.
 *
 * @module
 */

import type { ResultRecord } from "./results.ts";

/** What a run has written. */
export interface WrittenResults {
  /** The first of them, in the order of the file. */
  records: ResultRecord[];
  /** How many there are. */
  count: number;
}

/** How much of the file is read at once, in bytes. */
const CHUNK = 262_144;
const LINE_END = 0x0a;

/**
 * Reads a result file, which is NDJSON.
 *
 * @param most So many are read; those after them are only counted.
 * @throws {SyntaxError} If a line is not JSON.
 */
export async function readResults(
  path: string,
  most: number,
): Promise<WrittenResults> {
  using file = await Deno.open(path);
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  const records: ResultRecord[] = [];
  const chunk = new Uint8Array(CHUNK);
  let count = 0;
  // A line that began in a chunk before this one.
  let begun = "";
  for (let length; (length = await file.read(chunk)) !== null;) {
    const bytes = chunk.subarray(0, length);
    let at = 0;
    for (let end; (end = bytes.indexOf(LINE_END, at)) >= 0; at = end + 1) {
      count++;
      if (records.length >= most) continue;
      records.push(JSON.parse(begun + utf8.decode(bytes.subarray(at, end))));
      begun = "";
    }
    if (records.length >= most) continue;
    begun += utf8.decode(bytes.subarray(at), { stream: true });
  }
  return { records, count };
}
