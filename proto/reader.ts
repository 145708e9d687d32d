/**
 * Reads what writer.ts writes and protobufjs's reader has in another form.
 *
 * @module
 */

import type { Reader } from "protobufjs";
import { ONE_BYTE_VARINT } from "./writer.ts";

/** Reads a uint64 that is below 2^53, as every count of ours is. */
export function readNumber(reader: Reader): number {
  let value = 0;
  for (let scale = 1;; scale *= ONE_BYTE_VARINT) {
    if (reader.pos >= reader.len) throw overrun();
    const byte = reader.buf[reader.pos++]!;
    if (byte < ONE_BYTE_VARINT) return value + byte * scale;
    value += (byte - ONE_BYTE_VARINT) * scale;
  }
}

/** A field says that it is longer than the message is. */
export function overrun(): RangeError {
  return new RangeError("Cannot read message: a field goes beyond its end");
}
