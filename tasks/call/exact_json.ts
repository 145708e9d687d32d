/**
 * Reads JSON without rounding integers.
 *
 * JavaScript has no exact number beyond 2^53, and proto3 has 64-bit integers,
 * which may be written as JSON numbers. Where a field wants such an integer its
 * digits are handed on as text, which the JSON mapping takes as well.
 *
 * @module
 */

import {
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type Registry,
  ScalarType,
} from "@bufbuild/protobuf";

/** An integer that a JavaScript number would round. */
class LargeInteger {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/** JSON in which large integers are still as they were written. */
type ExactJson =
  | Exclude<JsonValue, object>
  | LargeInteger
  | ExactJson[]
  | { [key: string]: ExactJson };

const INTEGERS_OF_64_BITS: ReadonlySet<ScalarType> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

/**
 * Reads the JSON of a message.
 *
 * @param desc The message that it is for.
 * @param registry Where the types of each Any are found.
 * @throws {SyntaxError} If the text is not JSON.
 */
export function parseExactJson(
  text: string,
  desc: DescMessage,
  registry: Registry,
): JsonValue {
  return asMessage(parse(text), desc, registry);
}

function parse(text: string): ExactJson {
  return JSON.parse(
    text,
    (_, value, { source }: { source?: string } = {}) =>
      typeof value === "number" && !Number.isSafeInteger(value) &&
        /^-?\d+$/.test(source ?? "")
        ? new LargeInteger(source!)
        : value,
  );
}

function asMessage(
  json: ExactJson,
  desc: DescMessage,
  registry: Registry,
): JsonValue {
  if (/^google\.protobuf\.U?Int64Value$/.test(desc.typeName)) {
    return json instanceof LargeInteger ? json.digits : rounded(json);
  }
  if (!isObject(json)) return rounded(json);
  if (desc.typeName === "google.protobuf.Any") return asAny(json, registry);
  return mapValues(json, (value, key) => {
    const field = desc.fields.find(({ name, jsonName }) =>
      key === name || key === jsonName
    );
    return field ? asField(value, field, registry) : rounded(value);
  });
}

/** An Any holds the fields of its message beside the name of its type. */
function asAny(
  json: { [key: string]: ExactJson },
  registry: Registry,
): JsonValue {
  const url = json["@type"];
  const desc = typeof url === "string"
    ? registry.getMessage(url.slice(url.lastIndexOf("/") + 1))
    : undefined;
  if (!desc) return rounded(json);
  const own = asMessage(json, desc, registry) as JsonObject;
  const { value } = json;
  const isWrapped = desc.typeName.startsWith("google.protobuf.") &&
    value !== undefined;
  return isWrapped ? { ...own, value: asMessage(value, desc, registry) } : own;
}

function asField(
  json: ExactJson,
  field: DescField,
  registry: Registry,
): JsonValue {
  const one = (value: ExactJson): JsonValue => {
    if (field.message) return asMessage(value, field.message, registry);
    const isExact = field.scalar !== undefined &&
      INTEGERS_OF_64_BITS.has(field.scalar);
    return isExact && value instanceof LargeInteger
      ? value.digits
      : rounded(value);
  };
  if (field.fieldKind === "list" && Array.isArray(json)) return json.map(one);
  if (field.fieldKind === "map" && isObject(json)) return mapValues(json, one);
  return one(json);
}

/** What JSON.parse() makes of it. */
function rounded(json: ExactJson): JsonValue {
  if (json instanceof LargeInteger) return Number(json.digits);
  if (Array.isArray(json)) return json.map(rounded);
  return isObject(json) ? mapValues(json, rounded) : json;
}

function isObject(json: ExactJson): json is { [key: string]: ExactJson } {
  return typeof json === "object" && json !== null && !Array.isArray(json) &&
    !(json instanceof LargeInteger);
}

function mapValues(
  json: { [key: string]: ExactJson },
  change: (value: ExactJson, key: string) => JsonValue,
): JsonObject {
  // An entry may be called "__proto__".
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, change(value, key)]),
  );
}
