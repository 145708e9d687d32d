import { create, type JsonValue, toBinary } from "@bufbuild/protobuf";
import {
  AnySchema,
  StringValueSchema,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Failure, UsageError } from "../../../runtime/program/errors.ts";
import { exampleOf } from "../../../tasks/call/example.ts";
import { decodeAnswer, encodeRequest } from "../../../tasks/call/messages.ts";
import { RICH_TEXTS } from "../../fixtures/rich_contract.ts";
import { typesOf } from "../../support/described_types.ts";

const registry = typesOf(
  RICH_TEXTS,
  {
    "kinds.proto": `
    syntax = "proto3";
    package kinds;
    import "google/protobuf/struct.proto";
    import "google/protobuf/any.proto";
    import "google/protobuf/wrappers.proto";
    enum Colour { COLOUR_NONE = 0; COLOUR_RED = 1; COLOUR_BLUE = 2; }
    message All {
      int32 i32 = 1;
      int64 i64 = 2;
      uint64 u64 = 3;
      sint64 s64 = 4;
      fixed64 f64 = 5;
      double real = 6;
      float single = 7;
      bool yes = 8;
      string text = 9;
      bytes data = 10;
      Colour colour = 11;
      repeated int64 many = 12;
      map<int64, uint64> by_number = 13;
      map<string, All> by_name = 14;
      All inner = 15;
      google.protobuf.Struct open = 16;
      google.protobuf.Any any = 17;
      google.protobuf.UInt64Value wrapped = 18;
      google.protobuf.Value anything = 19;
      oneof either { string left = 20; int64 right = 21; }
    }
    message Node { string name = 1; Node next = 2; repeated Node more = 3; }
  `,
  },
  `
  syntax = "proto2";
  package old;
  message Old { required string name = 1; optional int32 count = 2 [default = 3]; }
`,
);

const ALL = registry.getMessage("kinds.All")!;
const ORDER = registry.getMessage("shop.v1.Order")!;

function encode(text: string, desc = ALL): Uint8Array {
  return encodeRequest({ text, place: "here" }, desc, registry);
}

async function decode(bytes: Uint8Array, desc = ALL): Promise<JsonValue> {
  return await decodeAnswer(bytes, desc, registry, {
    peer: "the server",
    learn: () => Promise.resolve(registry),
  });
}

/** What is written, and what it is in the JSON that comes back. */
const MAPPED: [written: string, read: Record<string, JsonValue>][] = [
  ['{"i32": 5}', { i32: 5 }],
  // No 64-bit integer is rounded, whichever way it is written.
  ['{"i64": 9223372036854775807}', { i64: "9223372036854775807" }],
  ['{"i64": "-9223372036854775808"}', { i64: "-9223372036854775808" }],
  ['{"u64": 18446744073709551615}', { u64: "18446744073709551615" }],
  ['{"s64": -9007199254740993}', { s64: "-9007199254740993" }],
  ['{"f64": 9007199254740993}', { f64: "9007199254740993" }],
  ['{"many": [1, 9007199254740993, "2"]}', {
    many: ["1", "9007199254740993", "2"],
  }],
  ['{"byNumber": {"9007199254740993": 9007199254740995}}', {
    byNumber: { "9007199254740993": "9007199254740995" },
  }],
  ['{"right": 9007199254740993}', { right: "9007199254740993" }],
  ['{"wrapped": 18446744073709551615}', { wrapped: "18446744073709551615" }],
  ['{"any": {"@type": "x/kinds.All", "i64": 9007199254740993}}', {
    any: {
      ...defaults(),
      "@type": "type.googleapis.com/kinds.All",
      i64: "9007199254740993",
    },
  }],
  [
    '{"any": {"@type": "x/google.protobuf.Int64Value", "value": 9007199254740993}}',
    {
      any: {
        "@type": "type.googleapis.com/google.protobuf.Int64Value",
        value: "9007199254740993",
      },
    },
  ],
  // Where JSON has no types of its own, a number stays one.
  ['{"open": {"n": 9007199254740993}}', { open: { n: 9007199254740992 } }],
  ['{"anything": 123456789012345678901}', { anything: 123456789012345680000 }],
  ['{"real": 9007199254740993}', { real: 9007199254740992 }],
  ['{"real": "NaN", "single": "-Infinity"}', {
    real: "NaN",
    single: "-Infinity",
  }],
  ['{"colour": "COLOUR_RED"}', { colour: "COLOUR_RED" }],
  ['{"colour": 2}', { colour: "COLOUR_BLUE" }],
  ['{"colour": 77}', { colour: 77 }],
  ['{"data": "+/8="}', { data: "+/8=" }],
  ['{"data": "-_8"}', { data: "+/8=" }],
  ['{"by_name": {"__proto__": {"i32": 1}}}', {
    byName: JSON.parse(
      `{"__proto__": ${JSON.stringify({ ...defaults(), i32: 1 })}}`,
    ),
  }],
  ['{"text": "\\u0000\\ud83d\\ude00"}', { text: "\u0000😀" }],
];

/** What fields without a value are. */
function defaults(): Record<string, JsonValue> {
  return {
    i32: 0,
    i64: "0",
    u64: "0",
    s64: "0",
    f64: "0",
    real: 0,
    single: 0,
    yes: false,
    text: "",
    data: "",
    colour: "COLOUR_NONE",
    many: [],
    byNumber: {},
    byName: {},
  };
}

for (const [written, read] of MAPPED) {
  Deno.test(`a request and an answer are ${written}`, async () => {
    assertEquals(await decode(encode(written)), { ...defaults(), ...read });
  });
}

Deno.test("what Google offers is written as proto3 writes it", async () => {
  const written = {
    placedAt: "2026-01-31T12:00:00.123456789Z",
    patience: "-1.500s",
    more: { a: [1, null, { b: true }] },
    remark: "hm",
    mask: "note,oldName",
    extra: {
      "@type": "type.googleapis.com/google.protobuf.Timestamp",
      value: "2026-01-31T12:00:00Z",
    },
    priceByItem: { tea: { cents: "250" } },
    packingOf: { "1": "PACKING_BOX" },
    items: [{ name: "tea", packing: "PACKING_BOX" }],
    loose: [1, 2],
    customerId: "18446744073709551615",
    count: 0,
    note: "",
    oldName: "x",
  };

  const read = await decode(encode(JSON.stringify(written), ORDER), ORDER);

  assertEquals(read, written);
});

const REFUSED: [text: string, message: string][] = [
  ["", "it is no JSON: Unexpected end of JSON input"],
  ["[]", "expected an object, not []"],
  ['{"inner": 7}', "inner: expected an object, not 7"],
  ['{"i23": 1}', 'i23: kinds.All has no such field; did you mean "i32"?'],
  [
    '{"inner": {"inner": {"txet": "a"}}}',
    'inner.inner.txet: kinds.All has no such field; did you mean "text"?',
  ],
  [
    '{"byName": {"a b": {"yes": 1}}}',
    "byName.a b.yes: expected boolean, got 1",
  ],
  [
    '{"many": [1, "x"]}',
    "many[1]: expected bigint (int64): x out of range",
  ],
  [
    '{"i32": 2147483648}',
    "i32: expected number (int32): 2147483648 out of range",
  ],
  [
    '{"colour": "GREENISH"}',
    'colour: "GREENISH" is no kinds.Colour; expected one of COLOUR_NONE, COLOUR_RED, COLOUR_BLUE',
  ],
  [
    '{"colour": "COLOUR_RDE"}',
    'colour: "COLOUR_RDE" is no kinds.Colour; did you mean "COLOUR_RED"?',
  ],
  ['{"left": "a", "right": 1}', "oneof set multiple times by left and right"],
  [
    '{"any": {"@type": "x/no.Such"}}',
    "any: x/no.Such is not in the type registry",
  ],
];

for (const [text, message] of REFUSED) {
  Deno.test(`encodeRequest() refuses ${text}`, () => {
    const error = assertThrows(() => encode(text), UsageError);

    assertEquals(
      error.message,
      `Cannot read the request from here, as kinds.All: ${message}`,
    );
  });
}

Deno.test("encodeRequest() lists all that is wrong, and no end of it", () => {
  const two = assertThrows(() => encode('{"yess": 1, "i32": "x"}'), UsageError);
  const many = assertThrows(
    () => encode(JSON.stringify({ many: Array(25).fill("x") })),
    UsageError,
  );

  assertEquals(two.message.split("\n").slice(1), [
    '  yess: kinds.All has no such field; did you mean "yes"?',
    '  i32: expected number (int32), got "x"',
  ]);
  assertEquals(many.message.split("\n").length, 12);
  assertEquals(many.message.split("\n").at(-1), "  and 15 more");
});

Deno.test("encodeRequest() says which required field is not there", () => {
  assertThrows(
    () => encode("{}", registry.getMessage("old.Old")),
    UsageError,
    "old.Old.name",
  );
});

Deno.test("a request comes back as it was, whatever is in it", async () => {
  const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String);
  const uint64 = fc.bigInt(0n, 2n ** 64n - 1n).map(String);
  const flat = {
    i32: fc.integer(),
    i64: int64,
    u64: uint64,
    real: fc.double({ noNaN: true, noDefaultInfinity: true })
      .filter((number) => !Object.is(number, -0)),
    yes: fc.boolean(),
    text: fc.string({ unit: "grapheme" }),
    data: fc.uint8Array().map((bytes) => bytes.toBase64()),
    colour: fc.constantFrom("COLOUR_NONE", "COLOUR_RED"),
    many: fc.array(int64),
    byNumber: fc.dictionary(int64, uint64, { noNullPrototype: true }),
  };
  const all = fc.record({
    ...flat,
    byName: fc.dictionary(fc.string(), fc.record(flat), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  });
  await fc.assert(fc.asyncProperty(all, async (written) => {
    const read = await decode(encode(JSON.stringify(written)));

    assertEquals(
      encode(JSON.stringify(read)),
      encode(JSON.stringify(written)),
    );
    const { i64, real, data } = read as typeof written;
    assertEquals(
      [i64, real, data],
      [written.i64, written.real, written.data],
    );
  }));
});

for (const desc of registry) {
  if (desc.kind !== "message") continue;
  // Nobody takes the descriptions of types for requests.
  if (desc.file.name === "google/protobuf/descriptor") continue;
  if (/^pb\.|\.compiler\./.test(desc.typeName)) continue;
  Deno.test(`the example of ${desc.typeName} is a request`, async () => {
    const example = exampleOf(desc);

    const read = await decode(encode(JSON.stringify(example), desc), desc);

    assertEquals(
      encode(JSON.stringify(read), desc),
      encode(JSON.stringify(example), desc),
    );
  });
}

Deno.test("exampleOf() has a value for each field, of a oneof for the first", () => {
  assertEquals(exampleOf(registry.getMessage("kinds.Node")!), { name: "text" });
  const example = exampleOf(ALL) as Record<string, JsonValue>;
  assertEquals(
    ALL.fields.map(({ jsonName }) => jsonName).filter((name) =>
      !(name in example)
    ),
    ["byName", "inner", "right"],
  );
});

Deno.test("exampleOf() asks for the first page of a list", () => {
  const lists = typesOf({
    "lists.proto": `
      syntax = "proto3";
      package lists;
      message ListRequest {
        string parent = 1;
        int32 page_size = 2;
        string page_token = 3;
      }`,
  });

  assertEquals(exampleOf(lists.getMessage("lists.ListRequest")!), {
    parent: "text",
  });
});

Deno.test("exampleOf() ends, however many types are in types", () => {
  const levels = Array.from(
    { length: 40 },
    (_, level) =>
      `message L${level} { ${
        ["a", "b", "c"].map((name, at) => `L${level + 1} ${name} = ${at + 1};`)
          .join(" ")
      } }`,
  );
  const types = typesOf(
    `syntax = "proto3"; package deep; ${levels.join("\n")} message L40 {}`,
  );

  const example = exampleOf(types.getMessage("deep.L0")!);

  const text = JSON.stringify(example);
  assertEquals(text.match(/"[abc]"/g)?.length, 100);
});

/** An answer with this Any in it. */
function withAny(typeUrl: string, value: Uint8Array): Uint8Array {
  const any = toBinary(AnySchema, create(AnySchema, { typeUrl, value }));
  return new Uint8Array([(17 << 3 | 2) & 0x7f | 0x80, 1, any.length, ...any]);
}

Deno.test("decodeAnswer() asks for the types of each Any, however deep", async () => {
  const named = toBinary(
    StringValueSchema,
    create(StringValueSchema, { value: "a" }),
  );
  const inner = withAny("x/far.Away", named);
  const asked: string[][] = [];

  const read = await decodeAnswer(
    withAny("x/kinds.All", inner),
    ALL,
    registry,
    {
      peer: "the server",
      learn(names) {
        asked.push(names);
        return Promise.resolve(typesOf(
          RICH_TEXTS,
          `
        syntax = "proto3"; package far; message Away { string name = 1; }
      `,
          KINDS_ONLY,
        ));
      },
    },
  );

  assertEquals(asked, [["far.Away"]]);
  assertEquals(
    (read as { any: { any: JsonValue } }).any.any,
    { "@type": "x/far.Away", name: "a" },
  );
});

const KINDS_ONLY = `
  syntax = "proto3";
  package kinds;
  import "google/protobuf/any.proto";
  message All { google.protobuf.Any any = 17; }
`;

for (const typeUrl of ["x/far.Away", "far away", "x/\u001b[31m"]) {
  Deno.test(`decodeAnswer() shows the bytes of an unknown ${JSON.stringify(typeUrl)}`, async () => {
    const read = await decode(withAny(typeUrl, new Uint8Array([1, 2, 255])));

    assertEquals((read as { any: JsonValue }).any, {
      "@type": typeUrl,
      value: "AQL/",
    });
  });
}

Deno.test("decodeAnswer() says so where the bytes are no such message", async () => {
  const read = await decode(new Uint8Array([0xff, 0xff])).catch((error) =>
    error
  );
  const time = toBinary(
    TimestampSchema,
    create(TimestampSchema, { seconds: 2n ** 60n }),
  );
  const far = await decode(
    time,
    registry.getMessage("google.protobuf.Timestamp"),
  )
    .catch((error) => error);

  const nameless = await decode(withAny("x/", new Uint8Array()))
    .catch((error) => error);

  for (const error of [read, far, nameless]) {
    assertEquals(error instanceof Failure, true);
  }
});
