import { assertEquals, assertObjectMatch, assertThrows } from "@std/assert";
import {
  fromJSON,
  type MethodDefinition,
  type ServiceDefinition,
} from "@grpc/proto-loader";
import descriptor, {
  type IFieldDescriptorProto,
  type IFileDescriptorProto,
} from "protobufjs/ext/descriptor/index.js";
import { type ContractTexts, loadContract } from "../../proto/contract.ts";
import { filesOf as sourcesOf } from "../../proto/described.ts";
import { contractFiles, parseFiles } from "../../proto/contract_files.ts";
import { describeFiles } from "../../proto/file_descriptors.ts";
import {
  ORDER_SERVICE,
  OrderService,
  RICH_TEXTS,
} from "../fixtures/rich_contract.ts";

const GOOGLE = [
  ["any", "Any"],
  ["descriptor", "FileDescriptorProto"],
  ["duration", "Duration"],
  ["empty", "Empty"],
  ["field_mask", "FieldMask"],
  ["source_context", "SourceContext"],
  ["struct", "Struct"],
  ["timestamp", "Timestamp"],
  ["type", "Type"],
  ["wrappers", "StringValue"],
];

for (const [file, type] of GOOGLE) {
  Deno.test(`loadContract() imports google/protobuf/${file}.proto`, () => {
    const contract = loadContract(`
      syntax = "proto3";
      package a.v1;
      import "google/protobuf/${file}.proto";
      message Holder { google.protobuf.${type} held = 1; }
      service Service { rpc Call(Holder) returns (google.protobuf.${type}); }
    `);

    const call = methodOf(contract["a.v1.Service"], "Call");
    const back = call.requestDeserialize(call.requestSerialize({ held: {} }));
    assertEquals((back as { held: unknown }).held !== null, true);
  });
}

Deno.test("loadContract() carries what Google offers, and what is imported", () => {
  const { requestSerialize, requestDeserialize } = methodOf(
    OrderService,
    "Place",
  );

  const back = requestDeserialize(requestSerialize({
    placedAt: { seconds: 7, nanos: 5 },
    priceByItem: { pear: { cents: 120 } },
    patience: { seconds: 1 },
  })) as Record<string, unknown>;

  assertEquals(
    [back["placedAt"], back["priceByItem"], back["patience"]],
    [
      { seconds: 7, nanos: 5 },
      { pear: { cents: 120 } },
      { seconds: 1, nanos: 0 },
    ],
  );
});

Deno.test("a contract's methods are those that @grpc/proto-loader makes of it", () => {
  const { root } = parseFiles(contractFiles([RICH_TEXTS]));
  const theirs = fromJSON(root.toJSON(), {
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const ours = loadContract(RICH_TEXTS);
  const order = {
    placedAt: { seconds: 2 ** 40, nanos: 5 },
    priceByItem: { pear: { cents: 120 } },
    packingOf: { 7: "PACKING_BOX" },
    note: "",
  };

  assertEquals(Object.keys(ours).sort(), Object.keys(theirs).sort());
  for (const name of ["Place", "Nothing"]) {
    const [own, their] = [ours, theirs].map((contract) =>
      methodOf(contract[ORDER_SERVICE], name)
    ) as [MethodDefinition<object, object>, MethodDefinition<object, object>];
    const { path, requestStream, responseStream, originalName, options } =
      their;
    assertObjectMatch(own, {
      path,
      requestStream,
      responseStream,
      originalName,
      options,
    });
    for (const message of [{}, name === "Place" ? order : {}]) {
      const bytes = their.requestSerialize(message);
      assertEquals(own.requestSerialize(message), bytes);
      assertEquals(
        own.responseDeserialize(bytes),
        their.responseDeserialize(bytes),
      );
    }
  }
});

const HEAD = 'syntax = "proto3"; package a.v1;';

for (
  const [what, texts, message] of [
    [
      "an import that was not given",
      [{ "a/v1/a.proto": `${HEAD} import "a/v1/types/b.proto";` }],
      'Cannot load contract "a/v1/a.proto": it imports "a/v1/types/b.proto", which is not there; give its text, too: loadContract({ "a/v1/a.proto": …, "a/v1/types/b.proto": … })',
    ],
    [
      "a file of Google's that is none",
      [{ "a/v1/a.proto": `${HEAD} import "google/protobuf/time.proto";` }],
      'Cannot load contract "a/v1/a.proto": it imports "google/protobuf/time.proto", which is not there; give its text, too: loadContract({ "a/v1/a.proto": …, "google/protobuf/time.proto": … })',
    ],
    [
      "a type that is nowhere",
      [`${HEAD} message A { B b = 1; }`],
      'Cannot load contract "a/v1/a.proto": there is no type "B", which a.v1.A.b names (a/v1/a.proto, line 1)',
    ],
    [
      "a number that is reserved",
      [
        { "a.proto": HEAD },
        { "b.proto": `${HEAD}\nmessage A { reserved 2; string a = 2; }` },
      ],
      'Cannot load contract "b.proto": a.v1.A.a has the number 2, which is reserved (b.proto, line 2)',
    ],
    [
      "a text that is no contract",
      [{ "b.proto": `${HEAD}\nmessage A { string = 1; }` }],
      "Cannot load contract \"b.proto\": illegal name '=' (b.proto, line 2)",
    ],
  ] as [string, ContractTexts[], string][]
) {
  Deno.test(`loadContract() names the file that has ${what}`, () => {
    const error = assertThrows(() => loadContract(...texts), TypeError);

    assertEquals(error.message, message);
  });
}

Deno.test("loadContract() takes texts without paths that import each other", () => {
  const contract = loadContract(
    `${HEAD} import "a/v1/other.proto"; message A { B b = 1; }`,
    `${HEAD} message B { string c = 1; }`,
  );

  assertEquals(Object.keys(contract).sort(), ["a.v1.A", "a.v1.B"]);
});

Deno.test("a contract describes each file by its path, with what it imports", () => {
  const files = filesOf(ORDER_SERVICE, loadContract(RICH_TEXTS));

  assertEquals(files.map(({ name }) => name), [
    "shop/v1/order.proto",
    "shop/v1/types/money.proto",
    "google/protobuf/any.proto",
    "google/protobuf/duration.proto",
    "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto",
    "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/wrappers.proto",
  ]);
  assertEquals(dependenciesOf(files[0]!).at(-1), "shop/v1/types/money.proto");
});

Deno.test("a text without a path is described by that of its package", () => {
  const text = (name: string) =>
    `syntax = "proto3"; package a.b.v2; service ${name} { rpc C(M${name}) returns (M${name}); } message M${name} {}`;

  const files = filesOf("a.b.v2.S", loadContract(text("S"), text("T")));

  assertEquals(files.map(({ name }) => name), [
    "a/b/v2/b.proto",
    "a/b/v2/b_2.proto",
  ]);
});

Deno.test("entries of a map are named as protoc names them, by whole names", () => {
  const [file] = filesOf(ORDER_SERVICE, loadContract(RICH_TEXTS));
  const order = file!.messageType![0]!;
  const field = (name: string): IFieldDescriptorProto =>
    order.field!.find((each) => each.name === name)!;

  assertEquals(
    order.nestedType!.map(({ name, options }) => [name, options?.mapEntry]),
    [
      ["Item", undefined],
      ["PriceByItemEntry", true],
      ["PackingOfEntry", true],
    ].map(([name, entry]) => [name, entry ?? (undefined as never)]),
  );
  assertEquals(
    ["price_by_item", "placed_at", "oldName"].map((name) =>
      field(name).typeName ?? ""
    ),
    [".shop.v1.Order.PriceByItemEntry", ".google.protobuf.Timestamp", ""],
  );
});

function methodOf(
  service: unknown,
  name: string,
): MethodDefinition<object, object> {
  return (service as ServiceDefinition)[name] as MethodDefinition<
    object,
    object
  >;
}

/** The files that a service's contract is described by. */
function filesOf(
  service: string,
  contract: ReturnType<typeof loadContract>,
): IFileDescriptorProto[] {
  const [method] = Object.values(contract[service] as ServiceDefinition);
  const { FileDescriptorProto } = descriptor;
  return describeFiles(sourcesOf(method!.requestType)!).map((bytes) =>
    FileDescriptorProto.toObject(
      FileDescriptorProto.decode(bytes),
    ) as IFileDescriptorProto
  );
}

function dependenciesOf(file: IFileDescriptorProto): string[] {
  return (file as { dependency?: string[] }).dependency ?? [];
}
