/**
 * The parse stage in Rust, held against ours: what both make of any batch is the
 * same, column by column and letter by letter.
 */

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import {
  type EventBatch,
  type Position,
  type RawBatch,
  START,
} from "../../../proto/pipeline/batches.ts";
import { createParse, type ParseOptions } from "../../../stages/parse/parse.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { mulberry32 } from "../../../tasks/generate/generator.ts";
import {
  createLineMaker,
  LINE_FIELDS,
  LINE_TYPES,
} from "../../../tasks/soak/event_lines.ts";
import { randomFields } from "../../../tasks/soak/event_schemas.ts";
import { RUST_PARSE, testBuilt } from "../../support/built_clients.ts";
import { copyOf, driveParse } from "../../support/driven_parse.ts";
import { rawBatch } from "../../support/raw_batch.ts";
import { customSchema } from "../../support/schemas.ts";

/** What ours makes of a batch, as it arrives. */
function expectedOf(options: ParseOptions, batches: readonly RawBatch[]) {
  const parse = createParse(options);
  return batches.map((batch) => copyOf(parse(batch)));
}

/** Batches one after the other. */
function batchesOf(contents: readonly Uint8Array[]): RawBatch[] {
  let begin: Position = START;
  return contents.map((content) => {
    const batch = rawBatch(content, begin);
    begin = batch.end;
    return batch;
  });
}

/** Compares batch by batch, so that a difference is small enough to be read. */
function assertSame(
  actual: readonly EventBatch[],
  expected: readonly EventBatch[],
  batches: readonly RawBatch[],
) {
  for (const [at, batch] of batches.entries()) {
    // A hundred times as fast as a comparison that can say what is different.
    if (isDeepStrictEqual(actual[at], expected[at])) continue;
    const lines = () => JSON.stringify(Buffer.from(batch.lines).toString());
    assertEquals(actual[at], expected[at], `of ${lines().slice(0, 2_000)}`);
  }
  assertEquals(actual.length, expected.length);
}

const LINE_ENDS = ["\n", "\n", "\n", "\r\n", "\n\n", "\n \t\r\n", "\n\v\n\f\n"];
const WILDNESS = [0.001, 0.02, 0.08, 0.2, 0.5];
const SCHEMAS = 25;
const BATCHES = 20;
const MOST_LINES = 40;

testBuilt("parse in Rust makes of any lines what ours makes of them", [
  RUST_PARSE,
], async (t) => {
  await using driven = await driveParse(RUST_PARSE);
  const seed = Date.now() % 2 ** 32;
  const random = mulberry32(seed);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)]!;
  const maker = createLineMaker(random);
  const content = () => {
    const wildness = pick(WILDNESS);
    const count = 1 + Math.floor(random() * MOST_LINES);
    return Buffer.concat(
      Array.from({ length: count }, () => [
        maker.next(wildness),
        Buffer.from(pick(LINE_ENDS)),
      ]).flat(),
    );
  };

  await t.step("random lines, built-in and random schemas", async () => {
    const schema = builtInSchema(LINE_TYPES);
    const all = [
      ...LINE_FIELDS.map((fields) => ({ schema, fields })),
      ...Array.from({ length: SCHEMAS }, () => randomFields(random)),
    ];
    let events = 0;
    let rejects = 0;
    for (const options of all) {
      const batches = batchesOf(Array.from({ length: BATCHES }, content));
      const expected = expectedOf(options, batches);

      const { results, report } = await driven.parse(options, batches);

      assertSame(results, expected, batches);
      assertEquals(report.batches, batches.length, `seed ${seed}`);
      for (const batch of expected) {
        events += batch.rows;
        rejects += batch.rejects.length;
      }
    }
    assert(events > 1_000 && rejects > 1_000, `${events}, ${rejects}`);
  });

  for (const [name, options, lines] of HOSTILE) {
    await t.step(name, async () => {
      const whole = Buffer.from(`${lines.join("\n")}\n`);
      // Each alone, too, as a last line without a line end.
      const batches = [whole, ...lines].map((each) => rawBatch(each));
      for (const batch of batches) {
        const { results } = await driven.parse(options, [batch]);

        assertSame(results, expectedOf(options, [batch]), [batch]);
      }
    });
  }

  await t.step("an oversized line, and what a batch carries", async () => {
    const options = { schema: builtInSchema(["click"]), fields: [] };
    const batch: RawBatch = {
      ...rawBatch("?\n"),
      end: { event: 2, offset: 90_000, line: 2 },
      // Behind the byte-order mark.
      linesOffset: 3,
      oversized: {
        line: 2,
        offset: 5,
        stage: "ingest",
        reason: "too long",
        text: Uint8Array.of(0xff),
        length: 89_000,
      },
      sync: true,
      firstMs: 1.5,
      lastMs: 2.5,
    };
    const [expected] = expectedOf(options, [batch]);

    const { results } = await driven.parse(options, [batch]);

    assertEquals(results, [
      { ...expected!, sync: true, firstMs: 1.5, lastMs: 2.5 },
    ]);
  });
});

/** A field that is wanted, deep inside, and the others beside it. */
const DEEP = customSchema(["k"], { v: { as: "integer" } }, {
  keys: [{ name: "k", path: ["a", "k"], oneOf: [], required: false }],
});
const FEW = customSchema([], {}, {
  keys: [{
    name: "k",
    path: ["k"],
    oneOf: ['"\\ud83d"', "1e2", '"a\\/b"', "null", "100.0"],
    required: false,
  }],
});
const NUMBERS = customSchema(["k"], {
  v: { as: "integer" },
  w: { as: "number" },
});
const MATRIX = (work: string) =>
  `{"ts":"2026-01-01T00:00:00Z","type":"work","user":"u","value":1.5,"work":${work}}`;
const DEPTH = 100_000;
const LONG = "1".repeat(20);

const HOSTILE: [name: string, options: ParseOptions, lines: string[]][] = [
  ["nesting of any depth", {
    schema: DEEP,
    fields: [{ path: ["a", "k", "x"], isTime: false }],
  }, [
    `{"x":${"[".repeat(DEPTH)}${"]".repeat(DEPTH)},"a":{"k":1}}`,
    `{"x":${'{"a":'.repeat(DEPTH)}1${"}".repeat(DEPTH)},"a":{"k":1}}`,
    "[".repeat(DEPTH),
    `{"a":${"[".repeat(DEPTH)}${"]".repeat(DEPTH - 1)}`,
    `{"x":${'[{"a":['.repeat(99)}${"]}]".repeat(99)}}`,
    `{"x":${'[{"a":['.repeat(99)}${"]]}".repeat(99)}}`,
    `{"x":[{"a":[1,{}],"b":""},[],{"c":{}}],"v":7}`,
  ]],
  ["keys that come twice, or are written with escapes", {
    schema: DEEP,
    fields: [{ path: ["a", "k", "x"], isTime: false }],
  }, [
    '{"a":{"k":1},"a":{}}',
    '{"a":{"k":1},"a":2}',
    '{"a":{"k":1,"k":{"x":2},"k":{"x":{"x":3}}}}',
    '{"a":{"k":{"x":1},"k":"2"}}',
    '{"\\u0061":{"\\u006b":"\\u006B"},"v":1}',
    '{"\\u0061":{"\\\\":1,"k":2},"a\\"":{"k":3},"v":1,"v":2}',
    '{"a":{"k":1},"\\u0061":null,"v":"1","\\u0076":3}',
  ]],
  [
    "numbers",
    { schema: NUMBERS, fields: [{ path: ["k"], isTime: false }] },
    [
      ...["-0", "0.0", "1e-400", "5e-324", "1e400", "-1e400", "1e308"],
      ...["9007199254740993", "-9007199254740992", "9007199254740990.7"],
      ...["1.00000000000000000001", "4503599627370497.5", "1e21", "0e999999"],
      ...["123456789012345", "1234567890123456", `${LONG}.5`, `${LONG}e-3`],
      ...["1e-99999999999999999999", "0.1e1", "12.50", "1E+2", "-12e-1", "01"],
    ].flatMap((number) => [
      `{"k":${number},"v":${number},"w":${number}}`,
      `{"k":${number},"v":${number},"w":0,"x":"${LONG}"}`,
      `{"\\u006b":${number},"v":0.5,"v":${number}}`,
    ]),
  ],
  [
    "texts that are half a character, or long",
    {
      schema: FEW,
      fields: [{ path: ["k"], isTime: false }],
    },
    [
      ...['"\\uD83D"', '"\\ude00"', '"\\uD83D\\uDE00"', '"a/b"', "1e2", "100"],
      ...["100.00", "null", `"${"x".repeat(65)}"`, `"${"x".repeat(63)}😀"`],
      ...[`"${"x".repeat(64)}"`, `"${"x".repeat(62)}\\n\\u0000"`, '"é\u2028"'],
      ...[`"${"é".repeat(63)}\\uD83Dx"`, "true", "{}", "101"],
    ].map((json) => `{"k":${json}}`),
  ],
  [
    "work items",
    { schema: builtInSchema(LINE_TYPES), fields: [] },
    [
      ...["null", "[]", "1", "{}", '{"matrix":[]}', '{"matrix":{}}'],
      ...[
        '{"matrix":[[1,2],[3]]}',
        '{"matrix":[[1e101]]}',
        '{"matrix":[["1"]]}',
      ],
      ...['{"matrix":[[1]],"vectors":[1]}', '{"matrix":[[1]],"vectors":[[]]}'],
      '{"matrix":[[1]],"vectors":[],"text":1}',
      '{"matrix":[[1]],"vectors":[],"text":"","iterations":0}',
      '{"matrix":[[1]],"vectors":[],"text":"","iterations":1.5}',
      '{"matrix":[[1]],"vectors":[],"text":"","iterations":10001}',
      '{"matrix":[[1]],"vectors":[],"text":"\\u0061","iterations":1e1}',
      '{"matrix":[[-0,1e-3],[ 2 , 3]],"vectors":[[3,4] ,[0,0],[1e-200,0]],"text":"],","iterations":10000}',
      `{"matrix":[${"[],".repeat(1_024)}[]],"text":["\\"]",{"a":[1,"]"]}]}`,
    ].map(MATRIX),
  ],
  [
    "times with escapes",
    {
      schema: {
        ...customSchema([], {}, {
          time: { path: ["t"], format: "rfc3339", required: false },
        }),
        windows: { sizeMs: 1_000, offsetMs: 0 },
      },
      fields: [{ path: ["t"], isTime: true }],
    },
    [
      ...['"2026-01-31T12:00:00\\u005a"', '"2026-01-31T12:00:00\\u0000Z"'],
      ...['"2026-01-31T12:00:00Z\\u0000"', '"2026-01-31T12:00:00\\uff3a"'],
      ...['"2026-01-31T12:00:00.9999999Z"', '"1969-12-31T23:59:59.9Z"', "null"],
    ].map((json) => `{"t":${json}}`),
  ],
];
