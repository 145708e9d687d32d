/**
 * Messages from JSON and to JSON, by the types of a server.
 *
 * @module
 */

import {
  create,
  type DescMessage,
  fromBinary,
  fromJson,
  isMessage,
  type JsonValue,
  type Message,
  type Registry,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { type Any, AnySchema, BytesValueSchema } from "@bufbuild/protobuf/wkt";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { parseExactJson } from "./exact_json.ts";
import type { JsonText } from "./json_values.ts";
import { requestProblems } from "./request_problems.ts";

/** Most problems of one request that are listed. */
const MAX_PROBLEMS = 10;

/**
 * Encodes a request that is given as JSON.
 *
 * @throws {UsageError} Listing what is wrong, each with its place.
 */
export function encodeRequest(
  { text, place }: JsonText,
  desc: DescMessage,
  registry: Registry,
): Uint8Array {
  const refused = (problems: string[]) => {
    const more = problems.length - MAX_PROBLEMS;
    const listed = more > 0
      ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more`]
      : problems;
    const what = `Cannot read the request from ${place}, as ${desc.typeName}`;
    return new UsageError(
      listed.length === 1
        ? `${what}: ${listed[0]}`
        : [`${what}:`, ...listed].join("\n  "),
    );
  };
  let json: JsonValue | undefined;
  try {
    json = parseExactJson(text, desc, registry);
    return toBinary(desc, fromJson(desc, json, { registry }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw refused(
      json === undefined
        ? [`it is no JSON: ${error.message}`]
        : requestProblems(json, desc, registry, error),
    );
  }
}

/** Options for {@linkcode decodeAnswer}. */
export interface DecodeOptions {
  /** Who answered, for messages. */
  peer: string;
  /** Asks the server for types that it has not described yet. */
  learn(typeNames: string[]): Promise<Registry>;
}

/**
 * Decodes an answer into JSON, as proto3 writes it. Fields without a value are
 * written too: a result of 0 is an answer.
 *
 * @throws {Failure} If the answer is not a message of that type.
 */
export async function decodeAnswer(
  bytes: Uint8Array,
  desc: DescMessage,
  registry: Registry,
  { peer, learn }: DecodeOptions,
): Promise<JsonValue> {
  try {
    const message = fromBinary(desc, bytes);
    const unknown = unknownAnys(message, registry);
    if (unknown.length === 0) return write(message, desc, registry);
    const known = await learn([...new Set(unknown.map(typeOf))]);
    // What nobody describes is shown as its bytes.
    for (const any of anysOf(message, known)) asBytes(any);
    return write(message, desc, withBytesFor(known));
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Failure) throw error;
    throw new Failure(
      `Cannot print the answer of ${peer} as ${desc.typeName}: ${error.message}`,
      1,
      { cause: error },
    );
  }
}

function write(
  message: Message,
  desc: DescMessage,
  registry: Registry,
): JsonValue {
  return toJson(desc, message, { registry, alwaysEmitImplicit: true });
}

function unknownAnys(message: Message, registry: Registry): Any[] {
  return [...anysOf(message, registry)];
}

/** Every Any of a type that the registry does not have, however deep. */
function* anysOf(value: unknown, registry: Registry): Generator<Any> {
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) return;
  if (!isMessage(value, AnySchema)) {
    for (const each of Object.values(value)) yield* anysOf(each, registry);
    return;
  }
  if (value.typeUrl === "") return;
  const desc = registry.getMessage(typeOf(value));
  if (!desc) return yield value;
  const inner = fromBinary(desc, value.value);
  yield* anysOf(inner, registry);
  // Whoever took one of the inner ones may have changed it.
  value.value = toBinary(desc, inner);
}

function typeOf({ typeUrl }: Any): string {
  return typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
}

function asBytes(any: Any): void {
  const { value } = any;
  any.value = toBinary(BytesValueSchema, create(BytesValueSchema, { value }));
}

/** Takes every type that is not known for one with nothing but bytes. */
function withBytesFor(registry: Registry): Registry {
  return {
    ...registry,
    getMessage: (typeName) =>
      registry.getMessage(typeName) ?? { ...BytesValueSchema, typeName },
  };
}
