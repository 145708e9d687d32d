/**
 * Writes the fields of one message, as protobuf has them on the wire.
 *
 * Straight into one block of memory that is used again for the next message:
 * protobufjs's own writer keeps a list of what to write, an object for each
 * field, which for a small batch is most of what encoding costs. One message
 * at a time, from {@linkcode startMessage} to {@linkcode takeMessage}.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { MessageMemory } from "./message_memory.ts";

/** Wire types of protobuf (protobuf.dev, "Encoding"). */
export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;

/** Below this a varint is one byte. */
export const ONE_BYTE_VARINT = 0x80;

/** Up to here a number's lowest bits can be had by bit operations. */
const MAX_INT32 = 0x7fff_ffff;
const LONGEST_VARINT = 10;
const DOUBLE_BYTES = 8;
/** For so few bytes a loop is faster than what would make a view of them. */
const FEW_BYTES = 64;

/** The tag that stands before a field on the wire. */
export function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

let memory = Buffer.allocUnsafeSlow(65_536);
let view = new DataView(memory.buffer);
let at = 0;

/** Begins a message; what an encoder that has thrown left behind is gone. */
export function startMessage(): void {
  at = 0;
}

/** Makes room for `count` more bytes. */
function reserve(count: number): void {
  if (at + count <= memory.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * (at + count));
  larger.set(memory.subarray(0, at));
  memory = larger;
  view = new DataView(larger.buffer);
}

function putVarint(value: number): void {
  reserve(LONGEST_VARINT);
  while (value > MAX_INT32) {
    memory[at++] = (value % ONE_BYTE_VARINT) | ONE_BYTE_VARINT;
    value = Math.floor(value / ONE_BYTE_VARINT);
  }
  while (value >= ONE_BYTE_VARINT) {
    memory[at++] = (value & 0x7f) | ONE_BYTE_VARINT;
    value >>>= 7;
  }
  memory[at++] = value;
}

function putBytes(bytes: Uint8Array): void {
  reserve(bytes.length);
  if (bytes.length > FEW_BYTES) memory.set(bytes, at);
  else for (let i = 0; i < bytes.length; i++) memory[at + i] = bytes[i]!;
  at += bytes.length;
}

/** Writes a whole number from 0 to 2^53. */
export function writeNumber(field: number, value: number): void {
  putVarint(tag(field, VARINT));
  putVarint(value);
}

/** Writes bytes. */
export function writeBytes(field: number, bytes: Uint8Array): void {
  putVarint(tag(field, DELIMITED));
  putVarint(bytes.length);
  putBytes(bytes);
}

/** Writes a text. */
export function writeText(field: number, text: string): void {
  if (text.length <= FEW_BYTES && putAscii(field, text)) return;
  const length = Buffer.byteLength(text);
  putVarint(tag(field, DELIMITED));
  putVarint(length);
  reserve(length);
  memory.write(text, at);
  at += length;
}

/** Writes a short text, where it is ASCII: for a few letters calls cost most. */
function putAscii(field: number, text: string): boolean {
  const { length } = text;
  const before = at;
  putVarint(tag(field, DELIMITED));
  putVarint(length);
  reserve(length);
  const bytes = memory;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ONE_BYTE_VARINT) {
      at = before;
      return false;
    }
    bytes[at + i] = code;
  }
  at += length;
  return true;
}

/** Writes a double. */
export function writeDouble(field: number, value: number): void {
  putVarint(tag(field, FIXED64));
  reserve(DOUBLE_BYTES);
  view.setFloat64(at, value, true);
  at += DOUBLE_BYTES;
}

/** Writes packed doubles; none is no field. */
export function writeDoubles(field: number, values: Float64Array): void {
  if (values.length === 0) return;
  putVarint(tag(field, DELIMITED));
  putVarint(values.byteLength);
  if (values.byteLength > FEW_BYTES) {
    const { buffer, byteOffset, byteLength } = values;
    return putBytes(new Uint8Array(buffer, byteOffset, byteLength));
  }
  reserve(values.byteLength);
  for (let i = 0; i < values.length; i++) {
    view.setFloat64(at, values[i]!, true);
    at += DOUBLE_BYTES;
  }
}

/** Writes packed varints; none is no field. Most are one byte each. */
export function writeIndexes(
  field: number,
  values: Uint8Array | Uint16Array | Uint32Array,
): void {
  if (values.length === 0) return;
  const before = at;
  putVarint(tag(field, DELIMITED));
  putVarint(values.length);
  reserve(values.length);
  const bytes = memory;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= ONE_BYTE_VARINT) {
      at = before;
      return writeLongIndexes(field, values);
    }
    bytes[at + i] = value;
  }
  at += values.length;
}

function writeLongIndexes(
  field: number,
  values: Uint8Array | Uint16Array | Uint32Array,
): void {
  const inner = beginMessage(field);
  for (let i = 0; i < values.length; i++) putVarint(values[i]!);
  endMessage(inner);
}

/** Begins a message within the message; {@linkcode endMessage} takes the result. */
export function beginMessage(field: number): number {
  putVarint(tag(field, DELIMITED));
  reserve(1);
  return ++at; // a byte is left for the length
}

/** Ends a message within the message: writes its length before it. */
export function endMessage(start: number): void {
  const length = at - start;
  if (length < ONE_BYTE_VARINT) {
    memory[start - 1] = length;
    return;
  }
  // The length takes more bytes than were left for it: move what follows.
  let lengthBytes = 1;
  for (let left = length; left >= ONE_BYTE_VARINT; left >>>= 7) lengthBytes++;
  reserve(lengthBytes);
  memory.copyWithin(start - 1 + lengthBytes, start, at);
  at = start - 1;
  putVarint(length);
  at += length;
}

/** Ends the message, which is good until the next one is begun. */
export function lookAtMessage(): Uint8Array {
  return new Uint8Array(memory.buffer, 0, at);
}

/**
 * Ends the message.
 *
 * @param last A last field of bytes, which need not be copied twice.
 * @param room Where to put it. @default {a block of its own}
 */
export function takeMessage(
  last?: { field: number; bytes: Uint8Array },
  room?: MessageMemory,
): Buffer {
  if (last) {
    putVarint(tag(last.field, DELIMITED));
    putVarint(last.bytes.length);
  }
  const head = at;
  const length = head + (last?.bytes.length ?? 0);
  const message = room?.take(length) ?? Buffer.allocUnsafe(length);
  if (head > FEW_BYTES) message.set(memory.subarray(0, head));
  else for (let i = 0; i < head; i++) message[i] = memory[i]!;
  if (last) message.set(last.bytes, head);
  return message;
}
