/**
 * Holds the tables of small messages against their contracts, and what is
 * written and read by them against protobufjs.
 */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import HEALTH_PROTO from "grpc-health-check/proto/health/v1/health.proto" with {
  type: "text",
};
import protobuf from "protobufjs";
import {
  codecOf,
  type Field,
  type Kind,
  type Message,
} from "../../proto/message_codec.ts";
import {
  FINISH_REQUEST,
  FINISH_RESPONSE,
  LOOK_REQUEST,
  RECEIPT,
  RESULT_BATCH,
  RUN_REQUEST,
  RUN_UPDATE,
  STAGE_LOOK,
} from "../../proto/pipeline/messages.ts";
import PIPELINE_PROTO from "../../proto/pipeline/v1/pipeline.proto" with {
  type: "text",
};
import RUN_PROTO from "../../proto/pipeline/v1/run.proto" with { type: "text" };
import {
  CHECK_REQUEST,
  CHECK_RESPONSE,
  LIST_REQUEST,
  LIST_RESPONSE,
} from "../../runtime/rpc/health_messages.ts";
import { anyText } from "../support/arbitraries.ts";
import { toLater } from "../support/later_contract.ts";

const root = new protobuf.Root();
for (const text of [PIPELINE_PROTO, RUN_PROTO, HEALTH_PROTO]) {
  protobuf.parse(text, root);
}
root.resolveAll();

const MESSAGES = [
  ...[RECEIPT, RESULT_BATCH, RUN_REQUEST, RUN_UPDATE],
  ...[FINISH_REQUEST, FINISH_RESPONSE, LOOK_REQUEST, STAGE_LOOK],
  ...[CHECK_REQUEST, CHECK_RESPONSE, LIST_REQUEST, LIST_RESPONSE],
];

/** As contract.ts reads a message. */
const READ_AS = { longs: Number, enums: String, defaults: true, oneofs: true };

for (const described of MESSAGES) {
  Deno.test(`the table of ${described.name} is that of its contract`, () => {
    const tables = all(described);
    for (const table of tables) {
      assertEquals(
        Object.entries(table.fields).map(([name, field]) => [
          name,
          ...ofTable(field),
        ]).sort(),
        root.lookupType(table.name).fieldsArray.map((field) => [
          field.name,
          ...ofContract(field),
        ]).sort(),
        table.name,
      );
    }
  });

  Deno.test(`${described.name} is written and read as protobufjs does, without fields of a later contract`, () => {
    const type = root.lookupType(described.name);
    const later = toLater(contractOf(described.name), described.name);
    const { encode, decode } = codecOf(described);
    fc.assert(fc.property(messages(described), (message) => {
      const theirs = type.encode(type.fromObject(message)).finish();
      const expected = type.toObject(type.decode(theirs), READ_AS);

      assertEquals(plain(decode(theirs)), plain(expected));
      assertEquals(
        plain(type.toObject(type.decode(encode(message)), READ_AS)),
        plain(expected),
      );
      assertEquals(plain(decode(later(theirs))), plain(expected));
    }));
  });
}

Deno.test("a message that is cut is refused", () => {
  const { encode, decode } = codecOf(RUN_REQUEST);
  const bytes = encode({ run: "run", batch: 7 });

  assertThrows(() => decode(bytes.subarray(0, 3)), RangeError);
  // A message within it that claims to be longer than all.
  assertThrows(() => decode(Uint8Array.of(0x1a, 9, 8)), RangeError);
});

/** The text of the contract that has a message. */
function contractOf(name: string): string {
  if (!name.startsWith("pipeline.")) return HEALTH_PROTO;
  // Of the same package: one text, where neither is imported.
  return `${PIPELINE_PROTO}\n${
    RUN_PROTO.replace(/^(syntax|package|import) .*$/gm, "")
  }`;
}

/** A message, and those within it. */
function all(message: Message): Message[] {
  const inner = Object.values(message.fields).flatMap(({ kind }) =>
    typeof kind === "object" && "fields" in kind ? all(kind) : []
  );
  return [message, ...inner];
}

function ofTable({ number, kind, how, oneof }: Field): unknown[] {
  return [number, nameOf(kind), how, oneof ?? ""];
}

function nameOf(kind: Kind): string {
  if (typeof kind === "string") return kind;
  return "fields" in kind ? kind.name : kind.join();
}

function ofContract(field: protobuf.Field): unknown[] {
  const { resolvedType } = field;
  const type = resolvedType instanceof protobuf.Enum
    ? Object.keys(resolvedType.values).join()
    : resolvedType?.fullName.slice(1) ?? field.type;
  const isOptional = field.options?.["proto3_optional"] === true;
  const oneof = field.partOf && !isOptional ? field.partOf.name : "";
  const how = field instanceof protobuf.MapField
    ? "map"
    : field.repeated
    ? "repeated"
    : isOptional
    ? "optional"
    : oneof
    ? "oneof"
    : "plain";
  return [field.id, type, how, oneof];
}

const VALUES: Record<string, fc.Arbitrary<unknown>> = {
  string: anyText(),
  bytes: fc.uint8Array(),
  bool: fc.boolean(),
  uint32: fc.nat(0xffff_ffff),
  uint64: fc.maxSafeNat(),
  double: fc.double(),
};

function values(kind: Kind): fc.Arbitrary<unknown> {
  if (typeof kind === "string") return VALUES[kind]!;
  return "fields" in kind ? messages(kind) : fc.constantFrom(...kind);
}

/** Messages in which any field may be missing, and one of a `oneof` is there. */
function messages({ fields }: Message): fc.Arbitrary<Record<string, unknown>> {
  const single = Object.entries(fields).filter(([, { how }]) =>
    how !== "oneof"
  );
  const either = Object.entries(fields).filter(([, { how }]) =>
    how === "oneof"
  );
  const given = fc.record(
    Object.fromEntries(single.map(([name, { kind, how }]) => {
      const value = values(kind);
      if (how === "repeated") return [name, fc.array(value, { maxLength: 3 })];
      if (how !== "map") return [name, value];
      return [name, fc.dictionary(fc.string({ minLength: 1 }), value)];
    })),
    { requiredKeys: [] },
  );
  if (either.length === 0) return given;
  return fc.tuple(
    given,
    fc.oneof(
      fc.constant({}),
      ...either.map(([name, { kind }]) => fc.record({ [name]: values(kind) })),
    ),
  ).map(([given, one]) => ({ ...given, ...one }));
}

/** Bytes as numbers: protobufjs gives a Buffer, or an empty list. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, plain(inner)]),
  );
}
