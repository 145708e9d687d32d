/**
 * A line that is too long to be carried, as it goes by in parts: only what its
 * reject tells of it is kept.
 *
 * @module
 */

import type { Reject } from "../../proto/pipeline/batches.ts";
import { areBlank, MAX_REJECT_TEXT } from "../events/lines.ts";

/** What is known of the line so far. */
export interface LongLine {
  /** Takes its next bytes; the line feed is none of them. */
  add(bytes: Uint8Array): void;
  /**
   * The reject, once all of the line was added; undefined for one of white space
   * only, which is no event however long it is.
   *
   * @param line The line's number, from 1.
   * @param maxLine The longest line, in bytes.
   */
  toReject(line: number, maxLine: number): Reject | undefined;
}

const CARRIAGE_RETURN = 0x0d;

/** @param offset Where in the input the line begins. */
export function createLongLine(offset: number): LongLine {
  const text = new Uint8Array(MAX_REJECT_TEXT);
  let length = 0;
  let blank = true;
  let lastByte: number | undefined;
  return {
    add(bytes) {
      blank &&= areBlank(bytes, 0, bytes.length);
      if (length < text.length) {
        text.set(bytes.subarray(0, text.length - length), length);
      }
      length += bytes.length;
      lastByte = bytes.at(-1) ?? lastByte;
    },
    toReject(line, maxLine) {
      if (blank) return undefined;
      const whole = lastByte === CARRIAGE_RETURN ? length - 1 : length;
      return {
        line,
        offset,
        stage: "ingest",
        reason: `line is longer than ${maxLine} bytes`,
        text: text.slice(0, whole),
        length: whole,
      };
    },
  };
}
