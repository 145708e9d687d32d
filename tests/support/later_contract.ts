/**
 * Messages as a later version of a contract may have them: each message, and
 * each within it, with fields that nobody knows today.
 *
 * @module
 */

import protobuf from "protobufjs";

/** Adds the fields of a later contract to an encoded message. */
export type ToLater = (bytes: Uint8Array) => Uint8Array;

/**
 * Returns what adds later fields to a message.
 *
 * @param proto The contract of today.
 * @param message Its full name.
 */
export function toLater(proto: string, message: string): ToLater {
  const [today, later] = [proto, withLaterFields(proto)].map((text) =>
    protobuf.parse(text, new protobuf.Root()).root.resolveAll().lookupType(
      message,
    )
  ) as [protobuf.Type, protobuf.Type];
  return (bytes) => {
    const values = today.toObject(today.decode(bytes), { bytes: String });
    return later.encode(later.fromObject(withLaterValues(values, today)))
      .finish();
  };
}

function withLaterFields(proto: string): string {
  return proto.replaceAll(
    /^message \w+ \{$/gm,
    `$&
      uint64 later_number = 1000;
      bytes later_bytes = 1001;
      double later_double = 1002;
      fixed32 later_fixed = 1003;`,
  );
}

type Values = Record<string, unknown>;

/** Gives each message values; a map and a list are none. */
function withLaterValues(values: Values, type: protobuf.Type): Values {
  const fields = Object.entries(values).map(([name, value]) => {
    const field = type.fields[name];
    const within = field?.resolve().resolvedType;
    if (!(within instanceof protobuf.Type)) return [name, value];
    const one = (value: unknown) => withLaterValues(value as Values, within);
    if (Array.isArray(value)) return [name, value.map(one)];
    if (!field?.map) return [name, one(value)];
    const entries = Object.entries(value as Values);
    return [
      name,
      Object.fromEntries(entries.map(([key, each]) => [key, one(each)])),
    ];
  });
  return {
    ...Object.fromEntries(fields),
    laterNumber: 2 ** 40,
    laterBytes: [1, 2, 3],
    laterDouble: 0.5,
    laterFixed: 7,
  };
}
