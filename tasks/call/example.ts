/**
 * Makes up an example of a message: a value for each field, as JSON.
 *
 * Of a oneof it has the first member; a message within itself is left out, and
 * so is what asks for a further page of a list.
 *
 * @module
 */

import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from "@bufbuild/protobuf";

/** Most fields of an example: types of types of types have no end. */
const MAX_FIELDS = 100;

/**
 * Fields that make an example useless: a page token is what the server has handed
 * out, and a first page needs neither (AIP-158).
 */
const OF_FURTHER_PAGES = ["page_size", "page_token"];

/** What types have for JSON that is not that of their fields. */
const COMMON: Record<string, JsonValue> = {
  "google.protobuf.Any": {
    "@type": "type.googleapis.com/google.protobuf.StringValue",
    value: "text",
  },
  "google.protobuf.Timestamp": "2026-01-31T12:00:00Z",
  "google.protobuf.Duration": "1.5s",
  "google.protobuf.FieldMask": "name",
  "google.protobuf.Struct": { key: "value" },
  "google.protobuf.Value": "value",
  "google.protobuf.ListValue": ["value"],
  "google.protobuf.BoolValue": true,
  "google.protobuf.StringValue": "text",
  "google.protobuf.BytesValue": "Ynl0ZXM=",
  "google.protobuf.DoubleValue": 1.5,
  "google.protobuf.FloatValue": 1.5,
  "google.protobuf.Int32Value": 1,
  "google.protobuf.UInt32Value": 1,
  "google.protobuf.Int64Value": "1",
  "google.protobuf.UInt64Value": "1",
};

/** Makes up an example that {@linkcode encodeRequest} takes. */
export function exampleOf(desc: DescMessage): JsonValue {
  let left = MAX_FIELDS;
  const message = (
    type: DescMessage,
    around: readonly DescMessage[],
  ): JsonValue => {
    const common = COMMON[type.typeName];
    if (common !== undefined) return common;
    const inside = [...around, type];
    const example: JsonObject = {};
    for (const field of type.fields) {
      const isOther = field.oneof && field.oneof.fields[0] !== field;
      if (OF_FURTHER_PAGES.includes(field.name)) continue;
      const isWithinItself = field.message && inside.includes(field.message);
      if (isOther || isWithinItself || left === 0) continue;
      left--;
      example[field.jsonName] = valueOf(field, inside);
    }
    return example;
  };
  const valueOf = (field: DescField, around: DescMessage[]): JsonValue => {
    const one = field.message
      ? message(field.message, around)
      : field.enum
      ? enumExample(field.enum)
      : scalarExample(field.scalar);
    switch (field.fieldKind) {
      case "list":
        return [one];
      case "map":
        return { [mapKeyExample(field.mapKey)]: one };
      default:
        return one;
    }
  };
  return message(desc, []);
}

/** The first value that says something: 0 stands for none. */
function enumExample({ typeName, values }: DescEnum): JsonValue {
  if (typeName === "google.protobuf.NullValue") return null;
  const value = values.find(({ number }) => number !== 0) ?? values[0];
  return value?.name ?? 0;
}

function scalarExample(type: ScalarType | undefined): JsonValue {
  switch (type) {
    case ScalarType.STRING:
      return "text";
    case ScalarType.BOOL:
      return true;
    case ScalarType.BYTES:
      return btoa("bytes");
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 1.5;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return "1";
    default:
      return 1;
  }
}

function mapKeyExample(type: ScalarType): string {
  switch (type) {
    case ScalarType.STRING:
      return "key";
    case ScalarType.BOOL:
      return "true";
    default:
      return "1";
  }
}
