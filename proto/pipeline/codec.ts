/**
 * Encodes and decodes the two messages that carry the data, RawBatch and
 * EventBatch.
 *
 * On the wire these are the ordinary protobuf messages of v1/pipeline.proto;
 * a test holds them against protobufjs's own coders. Written by hand since the
 * general coder makes an object for every event, which costs more than parsing
 * the event did. Packed doubles are moved as one block of memory.
 *
 * @module
 */

import protobuf from "protobufjs/minimal.js";
import {
  type Column,
  type EventBatch,
  type Opening,
  type Position,
  type RawBatch,
  type Reject,
  START,
  type ValueColumn,
  type WorkItem,
} from "./batches.ts";
import { doubleColumn, indexColumn } from "../column_memory.ts";
import { readMessage, writeMessage } from "../message_codec.ts";
import type { MessageMemory } from "../message_memory.ts";
import { overrun, readNumber } from "../reader.ts";
import {
  beginMessage,
  DELIMITED,
  endMessage,
  FIXED64,
  ONE_BYTE_VARINT,
  startMessage,
  tag,
  takeMessage,
  VARINT,
  writeBytes,
  writeDouble,
  writeDoubles,
  writeIndexes,
  writeNumber,
  writeText,
} from "../writer.ts";
import { OPENING } from "./messages.ts";

const { Reader } = protobuf;
type Reader = protobuf.Reader;

const DOUBLE_BYTES = 8;
/** For so few elements a loop is faster than what would make a view of them. */
const FEW = 16;

if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
  // Packed doubles are little-endian on the wire and are copied as they are.
  throw new Error("Cannot run on a big-endian machine");
}

const NO_BYTES = new Uint8Array();
const NO_DOUBLES = new Float64Array();
const NO_INDEXES = new Uint32Array();

/** Encodes a RawBatch. Copies `lines`, so they may change afterwards. */
export function encodeRawBatch(batch: RawBatch, room?: MessageMemory): Buffer {
  startMessage();
  if (batch.opening) writeMessage(1, OPENING, batch.opening);
  writePosition(2, batch.begin);
  writePosition(3, batch.end);
  writeNumber(4, batch.linesOffset);
  if (batch.oversized) writeReject(6, batch.oversized);
  if (batch.sync) writeNumber(7, 1);
  if (batch.firstMs) writeDouble(8, batch.firstMs);
  if (batch.lastMs) writeDouble(9, batch.lastMs);
  return takeMessage({ field: 5, bytes: batch.lines }, room);
}

/** Decodes a RawBatch; `lines` is a view into `bytes`. */
export function decodeRawBatch(bytes: Uint8Array): RawBatch {
  const reader = Reader.create(bytes);
  const batch: RawBatch = {
    begin: { ...START },
    end: { ...START },
    linesOffset: 0,
    lines: NO_BYTES,
  };
  return readFields(reader, reader.len, batch, RAW_BATCH);
}

/** Encodes an EventBatch. */
export function encodeEventBatch(
  batch: EventBatch,
  room?: MessageMemory,
): Buffer {
  startMessage();
  if (batch.opening) writeMessage(1, OPENING, batch.opening);
  writePosition(2, batch.begin);
  writePosition(3, batch.end);
  if (batch.rows > 0) writeNumber(4, batch.rows);
  for (const key of batch.keys) writeColumn(5, key);
  for (const values of batch.values) writeValues(6, values);
  for (const column of batch.columns) writeColumn(7, column);
  for (const values of batch.tags) {
    const inner = beginMessage(8);
    writeIndexes(1, values);
    endMessage(inner);
  }
  for (const item of batch.work) {
    const inner = beginMessage(9);
    writeNumber(1, item.row);
    writeNumber(2, item.size);
    writeDoubles(3, item.vectors);
    writeDoubles(4, item.matrix);
    writeNumber(5, item.iterations);
    endMessage(inner);
  }
  writeIndexes(10, batch.scoreRow);
  writeDoubles(11, batch.score);
  if (batch.filtered) writeNumber(12, batch.filtered);
  for (const reject of batch.rejects) writeReject(13, reject);
  if (batch.sync) writeNumber(14, 1);
  if (batch.firstMs) writeDouble(15, batch.firstMs);
  if (batch.lastMs) writeDouble(16, batch.lastMs);
  if (batch.fractionsCut) writeNumber(17, batch.fractionsCut);
  if (batch.timeMs) writeDoubles(18, batch.timeMs);
  if (batch.line) writeIndexes(19, batch.line);
  if (batch.lineOffset) writeIndexes(20, batch.lineOffset);
  return takeMessage(undefined, room);
}

/** Decodes an EventBatch. */
export function decodeEventBatch(bytes: Uint8Array): EventBatch {
  const reader = Reader.create(bytes);
  const batch: EventBatch = {
    begin: { ...START },
    end: { ...START },
    rows: 0,
    keys: [],
    values: [],
    columns: [],
    tags: [],
    work: [],
    scoreRow: NO_INDEXES,
    score: NO_DOUBLES,
    filtered: 0,
    rejects: [],
  };
  return readFields(reader, reader.len, batch, EVENT_BATCH);
}

/** How to read each field of a message, by its tag; others are skipped. */
type Fields<Message> = Record<
  number,
  (message: Message, reader: Reader) => void
>;

const POSITION: Fields<Position> = {
  [tag(1, VARINT)]: (position, reader) => position.event = readNumber(reader),
  [tag(2, VARINT)]: (position, reader) => position.offset = readNumber(reader),
  [tag(3, VARINT)]: (position, reader) => position.line = readNumber(reader),
};

const REJECT: Fields<Reject> = {
  [tag(1, VARINT)]: (reject, reader) => reject.line = readNumber(reader),
  [tag(2, VARINT)]: (reject, reader) => reject.offset = readNumber(reader),
  [tag(3, DELIMITED)]: (reject, reader) => reject.stage = reader.string(),
  [tag(4, DELIMITED)]: (reject, reader) => reject.reason = reader.string(),
  [tag(5, DELIMITED)]: (reject, reader) => reject.text = reader.bytes(),
  [tag(6, VARINT)]: (reject, reader) => reject.length = readNumber(reader),
};

const EXACT: Fields<ValueColumn["exact"][number]> = {
  [tag(1, VARINT)]: (exact, reader) => exact.row = reader.uint32(),
  [tag(2, DELIMITED)]: (exact, reader) => exact.decimal = reader.string(),
};

const COLUMN: Fields<Column> = {
  [tag(1, DELIMITED)]: (column, reader) =>
    column.dictionary.push(reader.string()),
  [tag(2, DELIMITED)]: (column, reader) => column.index = readIndexes(reader),
};

const VALUE_COLUMN: Fields<ValueColumn> = {
  [tag(1, DELIMITED)]: (column, reader) => column.value = readDoubles(reader),
  [tag(2, DELIMITED)]: (column, reader) =>
    column.exact.push(readInner(reader, { row: 0, decimal: "" }, EXACT)),
};

const TAG_COLUMN: Fields<{ values: Uint8Array }> = {
  [tag(1, DELIMITED)]: (column, reader) => column.values = readBytes(reader),
};

const WORK_ITEM: Fields<WorkItem> = {
  [tag(1, VARINT)]: (item, reader) => item.row = reader.uint32(),
  [tag(2, VARINT)]: (item, reader) => item.size = reader.uint32(),
  [tag(3, DELIMITED)]: (item, reader) => item.vectors = readDoubles(reader),
  [tag(4, DELIMITED)]: (item, reader) => item.matrix = readDoubles(reader),
  [tag(5, VARINT)]: (item, reader) => item.iterations = reader.uint32(),
};

const RAW_BATCH: Fields<RawBatch> = {
  [tag(1, DELIMITED)]: (batch, reader) => batch.opening = readOpening(reader),
  [tag(2, DELIMITED)]: (batch, reader) =>
    readInner(reader, batch.begin, POSITION),
  [tag(3, DELIMITED)]: (batch, reader) =>
    readInner(reader, batch.end, POSITION),
  [tag(4, VARINT)]: (batch, reader) => batch.linesOffset = readNumber(reader),
  [tag(5, DELIMITED)]: (batch, reader) => batch.lines = reader.bytes(),
  [tag(6, DELIMITED)]: (batch, reader) => batch.oversized = readReject(reader),
  [tag(7, VARINT)]: (batch, reader) => batch.sync = reader.bool(),
  [tag(8, FIXED64)]: (batch, reader) => batch.firstMs = reader.double(),
  [tag(9, FIXED64)]: (batch, reader) => batch.lastMs = reader.double(),
};

const EVENT_BATCH: Fields<EventBatch> = {
  [tag(1, DELIMITED)]: (batch, reader) => batch.opening = readOpening(reader),
  [tag(2, DELIMITED)]: (batch, reader) =>
    readInner(reader, batch.begin, POSITION),
  [tag(3, DELIMITED)]: (batch, reader) =>
    readInner(reader, batch.end, POSITION),
  [tag(4, VARINT)]: (batch, reader) => batch.rows = reader.uint32(),
  [tag(5, DELIMITED)]: (batch, reader) => batch.keys.push(readColumn(reader)),
  [tag(6, DELIMITED)]: (batch, reader) =>
    batch.values.push(
      readInner(reader, { value: NO_DOUBLES, exact: [] }, VALUE_COLUMN),
    ),
  [tag(7, DELIMITED)]: (batch, reader) =>
    batch.columns.push(readColumn(reader)),
  [tag(8, DELIMITED)]: (batch, reader) =>
    batch.tags.push(
      readInner(reader, { values: NO_BYTES }, TAG_COLUMN).values,
    ),
  [tag(9, DELIMITED)]: (batch, reader) => batch.work.push(readWorkItem(reader)),
  [tag(10, DELIMITED)]: (batch, reader) => batch.scoreRow = readIndexes(reader),
  [tag(11, DELIMITED)]: (batch, reader) => batch.score = readDoubles(reader),
  [tag(12, VARINT)]: (batch, reader) => batch.filtered = readNumber(reader),
  [tag(13, DELIMITED)]: (batch, reader) =>
    batch.rejects.push(readReject(reader)),
  [tag(14, VARINT)]: (batch, reader) => batch.sync = reader.bool(),
  [tag(15, FIXED64)]: (batch, reader) => batch.firstMs = reader.double(),
  [tag(16, FIXED64)]: (batch, reader) => batch.lastMs = reader.double(),
  [tag(17, VARINT)]: (batch, reader) => batch.fractionsCut = readNumber(reader),
  [tag(18, DELIMITED)]: (batch, reader) => batch.timeMs = readDoubles(reader),
  [tag(19, DELIMITED)]: (batch, reader) => batch.line = readIndexes(reader),
  [tag(20, DELIMITED)]: (batch, reader) =>
    batch.lineOffset = readIndexes(reader),
};

/** Reads a message that stands inside another, after its length. */
function readInner<Message>(
  reader: Reader,
  message: Message,
  fields: Fields<Message>,
): Message {
  const length = reader.uint32();
  return readFields(reader, reader.pos + length, message, fields);
}

function readFields<Message>(
  reader: Reader,
  end: number,
  message: Message,
  fields: Fields<Message>,
): Message {
  while (reader.pos < end) {
    const key = reader.uint32();
    const read = fields[key];
    if (read) read(message, reader);
    else skipField(reader, key, fields);
  }
  expectEnd(reader, end);
  return message;
}

/** Skips a field from a later contract, but not a known one in other clothes. */
function skipField(
  reader: Reader,
  key: number,
  fields: Fields<never>,
): void {
  const field = key >>> 3;
  const wireType = key & 7;
  if (fields[tag(field, DELIMITED)]) {
    // Numbers that are not packed would be lost without a word.
    throw new Error(`Cannot read field ${field}: its wire type is ${wireType}`);
  }
  reader.skipType(wireType);
}

/** Throws unless what was read ends where its length said it would. */
function expectEnd(reader: Reader, end: number): void {
  if (reader.pos !== end || end > reader.len) throw overrun();
}

function readOpening(reader: Reader): Opening {
  return readMessage(OPENING, reader) as Opening;
}

function readColumn(reader: Reader): Column {
  return readInner(reader, { dictionary: [], index: NO_INDEXES }, COLUMN);
}

function readReject(reader: Reader): Reject {
  return readInner(reader, {
    line: 0,
    offset: 0,
    stage: "",
    reason: "",
    text: NO_BYTES,
    length: 0,
  }, REJECT);
}

function readWorkItem(reader: Reader): WorkItem {
  return readInner(reader, {
    row: 0,
    size: 0,
    vectors: NO_DOUBLES,
    matrix: NO_DOUBLES,
    iterations: 0,
  }, WORK_ITEM);
}

function writePosition(field: number, at: Position): void {
  const inner = beginMessage(field);
  writeNumber(1, at.event);
  writeNumber(2, at.offset);
  writeNumber(3, at.line);
  endMessage(inner);
}

function writeColumn(field: number, { dictionary, index }: Column): void {
  const inner = beginMessage(field);
  for (const entry of dictionary) writeText(1, entry);
  writeIndexes(2, index);
  endMessage(inner);
}

function writeValues(field: number, { value, exact }: ValueColumn): void {
  const inner = beginMessage(field);
  writeDoubles(1, value);
  for (const { row, decimal } of exact) {
    const innermost = beginMessage(2);
    writeNumber(1, row);
    writeText(2, decimal);
    endMessage(innermost);
  }
  endMessage(inner);
}

function writeReject(field: number, reject: Reject): void {
  const inner = beginMessage(field);
  writeNumber(1, reject.line);
  writeNumber(2, reject.offset);
  writeText(3, reject.stage);
  writeText(4, reject.reason);
  writeBytes(5, reject.text);
  writeNumber(6, reject.length);
  endMessage(inner);
}

/** One double, and its bytes. */
const oneDouble = new Float64Array(1);
const itsBytes = new Uint8Array(oneDouble.buffer);

/** Reads packed doubles; the copy puts them where a Float64Array may stand. */
function readDoubles(reader: Reader): Float64Array {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw overrun();
  const values = doubleColumn(length / DOUBLE_BYTES);
  if (values.length > FEW) {
    new Uint8Array(values.buffer, values.byteOffset, length)
      .set(viewOf(reader, length));
    reader.pos = end;
    return values;
  }
  for (let i = 0; i < values.length; i++) {
    for (let byte = 0; byte < DOUBLE_BYTES; byte++) {
      itsBytes[byte] = reader.buf[reader.pos++]!;
    }
    values[i] = oneDouble[0]!;
  }
  return values;
}

/** Reads packed varints. */
function readIndexes(reader: Reader): Uint32Array {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw overrun();
  const bytes = reader.buf;
  const count = countVarints(bytes, reader.pos, end);
  const values = indexColumn(count);
  if (count === length) {
    const start = reader.pos;
    for (let i = 0; i < count; i++) values[i] = bytes[start + i]!;
    reader.pos = end;
  } else {
    for (let i = 0; i < count; i++) values[i] = reader.uint32();
    expectEnd(reader, end);
  }
  return values;
}

/** Reads packed varints up to 255: most are bytes as they are. */
function readBytes(reader: Reader): Uint8Array {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw overrun();
  const count = countVarints(reader.buf, reader.pos, end);
  if (count === length) {
    const values = viewOf(reader, length);
    reader.pos = end;
    return values;
  }
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) values[i] = reader.uint32();
  expectEnd(reader, end);
  return values;
}

/** Each varint ends with the one byte that is below 0x80. */
function countVarints(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if (bytes[i]! < ONE_BYTE_VARINT) count++;
  return count;
}

/** The next bytes, never as a Buffer, whose views take longer to make. */
function viewOf({ buf, pos }: Reader, length: number): Uint8Array {
  return new Uint8Array(buf.buffer, buf.byteOffset + pos, length);
}
