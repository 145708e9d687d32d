/**
 * Makes the keys of maps what they are in the .proto file.
 *
 * In an object each key is a string. protobufjs reads a key of 64 bits as the
 * eight characters of its bytes, writes "false" as true, and a word that is no
 * number as 0. Here the types that have such maps, and only these, read keys as
 * decimal numbers and write them with a check.
 *
 * @module
 */

import protobuf from "protobufjs";

/** What is used of a field that is a map. */
type MapField = Pick<protobuf.MapField, "name" | "keyType" | "parent">;

/** The key types of 64 bits, and the number that the bits are. */
const LONG: Record<string, (bits: bigint) => bigint> = {
  int64: signed,
  sint64: signed,
  sfixed64: signed,
  uint64: unsigned,
  fixed64: unsigned,
};

/** Makes the keys right of all types in `root`, which is resolved. */
export function mendMapKeys(root: protobuf.NamespaceBase): void {
  for (const each of root.nestedArray) {
    if (each instanceof protobuf.Type) mendType(each);
    if (each instanceof protobuf.Namespace) mendMapKeys(each);
  }
}

function mendType(type: protobuf.Type): void {
  const maps = type.fieldsArray
    .filter((field): field is MapField & protobuf.Field => field.map)
    .filter(({ keyType }) => keyType !== "string");
  if (maps.length === 0) return;
  type.setup();
  const { fromObject, decode } = type;
  type.fromObject = (...args) =>
    withKeys(fromObject.apply(type, args), maps, writtenKey);
  const longs = maps.filter(({ keyType }) => keyType in LONG);
  if (longs.length === 0) return;
  type.decode = (...args) => withKeys(decode.apply(type, args), longs, readKey);
}

type KeyOf = (key: string, field: MapField) => string;

/** Gives each of the maps in `message` its keys by `keyOf`. */
function withKeys<Message extends object>(
  message: Message,
  maps: readonly MapField[],
  keyOf: KeyOf,
): Message {
  const values = message as Record<string, Record<string, unknown> | undefined>;
  for (const field of maps) {
    const map = Object.hasOwn(values, field.name) && values[field.name];
    if (!map) continue;
    values[field.name] = Object.fromEntries(
      Object.entries(map).map(([key, value]) => [keyOf(key, field), value]),
    );
  }
  return message;
}

/** Makes a decimal number of the bytes that protobufjs has as characters. */
function readKey(key: string, { keyType }: MapField): string {
  let bits = 0n;
  for (let at = 7; at >= 0; at--) {
    bits = bits << 8n | BigInt(key.charCodeAt(at));
  }
  return String(LONG[keyType]!(bits));
}

function signed(bits: bigint): bigint {
  return BigInt.asIntN(64, bits);
}

function unsigned(bits: bigint): bigint {
  return bits;
}

/** The same key where it is one, in the form that protobufjs writes right. */
function writtenKey(key: string, field: MapField): string {
  if (field.keyType === "bool") {
    if (key === "true") return key;
    // What is empty is false.
    if (key === "false") return "";
  } else if (/^-?\d+$/.test(key)) return key;
  const expected = field.keyType === "bool" ? "true or false" : "an integer";
  throw new TypeError(
    `Cannot write field ${field.name} of a message ${field.parent?.name}: its keys are ${field.keyType}, expected ${expected} and found "${key}"`,
  );
}
