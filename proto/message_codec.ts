/**
 * Encodes and decodes small messages by a table of their fields.
 *
 * protobufjs reads a contract when the program starts, and compiles a function
 * for each message at its first use. For a program that is to be there at once
 * this is most of its start. A table is there with the program; tests hold each
 * against its contract, and what comes of it against protobufjs.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import protobuf from "protobufjs/minimal.js";
import { overrun, readNumber } from "./reader.ts";
import {
  beginMessage,
  DELIMITED,
  endMessage,
  FIXED64,
  startMessage,
  tag,
  takeMessage,
  VARINT,
  writeBytes,
  writeDouble,
  writeNumber,
  writeText,
} from "./writer.ts";

const { Reader } = protobuf;
type Reader = protobuf.Reader;

/** What a field holds: a value, one of these names by its number, or a message. */
export type Kind =
  | "string"
  | "bytes"
  | "bool"
  | "uint32"
  | "uint64"
  | "double"
  | readonly string[]
  | Message;

/** A field of a message. */
export interface Field {
  number: number;
  kind: Kind;
  /** `optional`: it can be told from its default; `map`: from a text to its kind. */
  how: "plain" | "optional" | "repeated" | "map" | "oneof";
  /** The `oneof` that it is of. */
  oneof?: string;
}

/** A message: its name, and its fields by theirs. */
export interface Message {
  name: string;
  fields: Readonly<Record<string, Field>>;
}

/** Describes a message, by its full name. */
export function message(
  name: string,
  fields: Readonly<Record<string, Field>>,
): Message {
  return { name, fields };
}

/** A field that is its default, or null for a message, where it is not given. */
export function one(number: number, kind: Kind): Field {
  return { number, kind, how: "plain" };
}

/** A field that is not there where it is not given. */
export function optional(number: number, kind: Kind): Field {
  return { number, kind, how: "optional" };
}

/** A list; of texts or messages, since numbers would be packed. */
export function many(number: number, kind: "string" | Message): Field {
  return { number, kind, how: "repeated" };
}

/** A map from texts to messages. */
export function mapOf(number: number, kind: Message): Field {
  return { number, kind, how: "map" };
}

/** One of several, of which a message has at most one. */
export function oneOf(oneof: string, number: number, kind: Message): Field {
  return { number, kind, how: "oneof", oneof };
}

/** Writes and reads one kind of message. */
export interface Codec {
  /** Encodes a message; a field may be missing or null. */
  encode(message: object): Buffer;
  /**
   * Decodes a message, in the form that contract.ts describes.
   *
   * @throws {RangeError} If the bytes end within a field.
   */
  decode(bytes: Uint8Array): object;
}

/** A message whose fields are not known here. */
type Plain = Record<string, unknown>;

/** Makes the coder of a message. */
export function codecOf(described: Message): Codec {
  return {
    encode(message) {
      startMessage();
      writeFields(described, message as Plain);
      return takeMessage();
    },
    decode(bytes) {
      const reader = Reader.create(bytes);
      return readFields(plannedOf(described), reader, reader.len);
    },
  };
}

/** Writes a message as a field of the one that writer.ts is at. */
export function writeMessage(
  field: number,
  described: Message,
  message: object,
): void {
  writeValue(field, described, message);
}

/**
 * Reads a message that stands inside another, after its length.
 *
 * @throws {RangeError} If the bytes end within a field.
 */
export function readMessage(described: Message, reader: Reader): object {
  return readFields(plannedOf(described), reader, endOfNext(reader));
}

function writeFields({ fields }: Message, message: Plain): void {
  for (const name in fields) {
    const value = message[name];
    if (value === undefined || value === null) continue;
    const { number, kind, how } = fields[name]!;
    if (how === "repeated") {
      for (const each of value as unknown[]) writeValue(number, kind, each);
    } else if (how === "map") {
      for (const [key, each] of Object.entries(value)) {
        const entry = beginMessage(number);
        writeText(1, key);
        writeValue(2, kind, each);
        endMessage(entry);
      }
    } else if (how !== "plain" || !isDefault(kind, value)) {
      writeValue(number, kind, value);
    }
  }
}

/** True for what a reader takes for granted. */
function isDefault(kind: Kind, value: unknown): boolean {
  if (kind === "bytes") return (value as Uint8Array).length === 0;
  if (Array.isArray(kind)) return value === kind[0] || value === 0;
  return value === "" || value === false || Object.is(value, 0);
}

function writeValue(number: number, kind: Kind, value: unknown): void {
  switch (kind) {
    case "string":
      return writeText(number, value as string);
    case "bytes":
      return writeBytes(number, value as Uint8Array);
    case "bool":
      return writeNumber(number, value ? 1 : 0);
    case "uint32":
    case "uint64":
      return writeNumber(number, value as number);
    case "double":
      return writeDouble(number, value as number);
  }
  if ("fields" in kind) {
    const inner = beginMessage(number);
    writeFields(kind, value as Plain);
    endMessage(inner);
  } else {
    writeNumber(
      number,
      typeof value === "number" ? value : kind.indexOf(value as string),
    );
  }
}

/** How to read a message; made at the first that comes. */
interface Planned {
  /** What it is where nothing is given, without lists and maps. */
  defaults: Plain;
  lists: string[];
  maps: string[];
  /** By the tag that stands before a field. */
  fields: Map<number, Field & { name: string }>;
}

const planned = new WeakMap<Message, Planned>();

function plannedOf(message: Message): Planned {
  let plan = planned.get(message);
  if (!plan) planned.set(message, plan = planFor(message));
  return plan;
}

function planFor({ fields }: Message): Planned {
  const all = Object.entries(fields).map(([name, field]) => ({
    name,
    ...field,
  }));
  const namesOf = (wanted: Field["how"]) =>
    all.filter(({ how }) => how === wanted).map(({ name }) => name);
  return {
    defaults: Object.fromEntries(
      all.filter(({ how }) => how === "plain")
        .map(({ name, kind }) => [name, defaultOf(kind)]),
    ),
    lists: namesOf("repeated"),
    maps: namesOf("map"),
    fields: new Map(
      all.map((field) => [tag(field.number, wireTypeOf(field.kind)), field]),
    ),
  };
}

const NO_BYTES = new Uint8Array();

function defaultOf(kind: Kind): unknown {
  switch (kind) {
    case "string":
      return "";
    case "bytes":
      return NO_BYTES;
    case "bool":
      return false;
    case "uint32":
    case "uint64":
    case "double":
      return 0;
  }
  return "fields" in kind ? null : kind[0];
}

function wireTypeOf(kind: Kind): number {
  if (kind === "double") return FIXED64;
  const isVarint = kind === "bool" || kind === "uint32" || kind === "uint64" ||
    Array.isArray(kind);
  return isVarint ? VARINT : DELIMITED;
}

function readFields(plan: Planned, reader: Reader, end: number): Plain {
  const message = { ...plan.defaults };
  for (const name of plan.lists) message[name] = [];
  for (const name of plan.maps) message[name] = {};
  while (reader.pos < end) {
    const key = reader.uint32();
    const field = plan.fields.get(key);
    if (field) readField(field, message, reader);
    else reader.skipType(key & 7);
  }
  if (reader.pos !== end || end > reader.len) throw overrun();
  return message;
}

function readField(
  { name, kind, how, oneof }: Field & { name: string },
  message: Plain,
  reader: Reader,
): void {
  switch (how) {
    case "repeated":
      (message[name] as unknown[]).push(readValue(kind, reader));
      return;
    case "map":
      return readEntry(kind as Message, message[name] as Plain, reader);
    case "oneof":
      // The last one counts.
      if (message[oneof!] !== undefined) {
        delete message[message[oneof!] as string];
      }
      message[oneof!] = name;
      break;
    case "optional":
      message[`_${name}`] = name;
  }
  message[name] = readValue(kind, reader);
}

function readEntry(kind: Message, map: Plain, reader: Reader): void {
  const entry = planFor(
    message("", { key: one(1, "string"), value: one(2, kind) }),
  );
  const { key, value } = readFields(entry, reader, endOfNext(reader));
  map[key as string] = value ?? readFields(plannedOf(kind), reader, reader.pos);
}

function readValue(kind: Kind, reader: Reader): unknown {
  switch (kind) {
    case "string":
      return readText(reader);
    case "bytes":
      return reader.bytes();
    case "bool":
      return reader.bool();
    case "uint32":
      return reader.uint32();
    case "uint64":
      return readNumber(reader);
    case "double":
      return reader.double();
  }
  if ("fields" in kind) {
    return readFields(plannedOf(kind), reader, endOfNext(reader));
  }
  const value = reader.uint32();
  return kind[value] ?? value;
}

/** Reads a text; the reader itself is content with the half of one. */
function readText(reader: Reader): string {
  const start = reader.pos;
  if (endOfNext(reader) > reader.len) throw overrun();
  reader.pos = start;
  return reader.string();
}

/** Where a message ends that stands inside another, after its length. */
function endOfNext(reader: Reader): number {
  const length = reader.uint32();
  return reader.pos + length;
}
