/**
 * What a line is, for ingest, which cuts them, and parse, which reads them.
 *
 * Lines end with a line feed; a carriage return before it is white space like
 * any other. Lines of white space only are not events.
 *
 * @module
 */

/** How much of a refused line is kept, in bytes. */
export const MAX_REJECT_TEXT = 4_096;

/** The most bytes of lines a batch carries, unless one line is longer. */
export const MAX_BATCH_BYTES = 1_048_576;

/**
 * The most events a batch carries. Each may become a reject, which is many times
 * as long as the shortest line.
 */
export const MAX_BATCH_EVENTS = 65_536;

/** The longest line that can be asked for, in bytes. */
export const MAX_LINE_BYTES = 67_108_864;

/** The UTF-8 byte-order mark, which some programs put before the first line. */
export const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Space, tab, line feed, vertical tab, form feed and carriage return. */
const LAST_WHITE_SPACE = 0x20;
const FIRST_CONTROL_SPACE = 0x09;
const LAST_CONTROL_SPACE = 0x0d;

/** True for a character, or byte, that a blank line may consist of. */
export function isWhiteSpace(code: number): boolean {
  return code === LAST_WHITE_SPACE ||
    (code >= FIRST_CONTROL_SPACE && code <= LAST_CONTROL_SPACE);
}

/** True when the bytes from `start` to `end` are all white space. */
export function areBlank(
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  for (let at = start; at < end; at++) {
    if (!isWhiteSpace(bytes[at]!)) return false;
  }
  return true;
}

/** Copies the start of a line for a reject, without its line end. */
export function cutLine(
  line: Uint8Array,
): { text: Uint8Array; length: number } {
  let length = line.length;
  if (line[length - 1] === 0x0a) length--;
  if (line[length - 1] === 0x0d) length--;
  // A Buffer's own slice() would not copy.
  const kept = line.subarray(0, Math.min(length, MAX_REJECT_TEXT));
  return { text: new Uint8Array(kept), length };
}
