import type { Schema } from "../../../proto/pipeline/batches.ts";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createParse } from "../../../stages/parse/parse.ts";
import { doubleOf } from "../../../stages/parse/double.ts";
import { builtInSchema, keyField } from "../../../stages/schema/schema.ts";
import { rawBatch } from "../../support/raw_batch.ts";

const NOTHING: Schema = {
  ...builtInSchema([]),
  time: null,
  keys: [],
  values: [],
  required: [],
  builtIn: false,
};
const value = (as: string, required = false) => ({
  name: "v",
  path: ["a", "v"],
  as,
  of: ["sum"],
  required,
});
const key = (oneOf: string[] = [], required = false) => ({
  ...keyField(["a", "k"]),
  oneOf,
  required,
});
const time = (format: string, required = true) => ({
  path: ["a", "t"],
  format,
  required,
});
const WINDOWS = { sizeMs: 1, offsetMs: 0 };

/** The line read both ways: scanned, and as a last line, which is not. */
function both(schema: Partial<Schema>, line: string) {
  return [`${line}\n`, line].map((content) =>
    createParse({ schema: { ...NOTHING, ...schema }, fields: [] })(
      rawBatch(content),
    )
  );
}

const REASONS: [schema: Partial<Schema>, line: string, reason?: string][] = [
  [{ keys: [key()] }, "{}"],
  [{ keys: [key()] }, '{"a":{"k":null}}'],
  [{ keys: [key([], true)] }, '{"a":5}', "a.k is missing"],
  [{ keys: [key([], true)] }, '{"a":{"k":null}}', "a.k is missing"],
  [{ keys: [key([], true)] }, '{"a":[{"k":1}]}', "a.k is missing"],
  [
    { keys: [key()] },
    '{"a":{"k":[]}}',
    "a.k is not text, a number or a boolean",
  ],
  [{ keys: [key()] }, '{"a":{"k":1e400}}', "a.k is not finite"],
  [{ keys: [key(["200"], true)] }, '{"a":{"k":2e2}}'],
  [{ keys: [key(["200"], true)] }, '{"a":{"k":404.0}}', "unknown a.k 404"],
  [{ keys: [key(["200"], true)] }, '{"a":{"k":"200"}}', 'unknown a.k "200"'],
  [{ keys: [key(["200"], true)] }, '{"a":{"k":null}}', "a.k is missing"],
  [{ keys: [key(['"1"'], true)] }, '{"a":{"k":1}}', "a.k is not a string"],
  [{ keys: [key(['"1"'], true)] }, "{}", "a.k is missing"],
  [{ keys: [key(['"1"', "null"])] }, "{}"],
  [{ values: [value("number")] }, "{}"],
  [{ values: [value("number")] }, '{"a":{"v":null}}'],
  [{ values: [value("number", true)] }, "{}", "a.v is missing"],
  [
    { values: [value("number", true)] },
    '{"a":{"v":null}}',
    "a.v is not a number",
  ],
  [{ values: [value("number")] }, '{"a":{"v":"1"}}', "a.v is not a number"],
  [{ values: [value("number")] }, '{"a":{"v":1e400}}', "a.v is not finite"],
  [{ time: time("epoch_s") }, "{}", "a.t is missing"],
  [{ time: time("epoch_s") }, '{"a":{"t":"1"}}', "a.t is not a number"],
  [
    { time: time("epoch_s") },
    '{"a":{"t":1e306}}',
    "a.t is no time in seconds since 1970 (epoch_s): it is more than 270,000 years away",
  ],
  [
    { time: time("epoch_ms"), windows: WINDOWS },
    '{"a":{"t":-1767225600000000001}}',
    "a.t is no time in milliseconds since 1970 (epoch_ms): it is more than 270,000 years away",
  ],
  [
    { time: time("epoch_ms"), windows: WINDOWS },
    '{"a":{"t":8640000000000000}}',
  ],
  [{ time: time("rfc3339") }, '{"a":{"t":1}}', "a.t is not a string"],
  [{ time: time("rfc3339", false) }, "{}"],
  [
    { time: time("rfc3339", false), windows: WINDOWS },
    "{}",
    "a.t is missing",
  ],
  ...(["text", "number", "boolean"].flatMap((as, at) => {
    const schema = { required: [{ path: ["a", "r"], as }] };
    const kind = ["a string", "a number", "a boolean"][at];
    const right = ['"x"', "1.5", "false"];
    return ["null", ...right].map((json): [Partial<Schema>, string, string?] =>
      json === right[at]
        ? [schema, `{"a":{"r":${json}}}`]
        : [schema, `{"a":{"r":${json}}}`, `a.r is not ${kind}`]
    );
  })),
  [{ required: [{ path: ["r"], as: "" }] }, '{"r":null}', "r is missing"],
  [{ required: [{ path: ["r"], as: "" }] }, '{"r":{}}'],
  [
    {
      time: time("epoch_s"),
      keys: [key([], true)],
      required: [{ path: ["r"], as: "" }],
      values: [value("number", true)],
    },
    '{"a":{"t":1,"k":2}}',
    "r is missing",
  ],
];

for (const [index, [schema, line, reason]] of REASONS.entries()) {
  Deno.test(`createParse() by a schema, ${index}: ${line} ${reason ?? "is an event"}`, () => {
    for (const { rejects, rows } of both(schema, line)) {
      assertEquals(
        [rows, rejects.map(({ reason }) => reason)],
        reason === undefined ? [1, []] : [0, [reason]],
      );
    }
  });
}

const KEYS: [json: string, plain: string][] = [
  ...[["200.0", "200"], ["2e2", "200"], ["-0", "0"], ["-0.0", "0"]],
  ...[["1.50", "1.5"], ["9007199254740993", "9007199254740993"]],
  ...[["1e21", "1000000000000000000000"], ['"\\u0061"', '"a"']],
  ...[["true", "true"], ["null", "null"], ['"ä"', '"ä"'], ["-7", "-7"]],
] as [string, string][];

for (const [json, plain] of KEYS) {
  Deno.test(`createParse() writes the key ${json} as ${plain}`, () => {
    for (const { keys } of both({ keys: [key()] }, `{"a":{"k":${json}}}`)) {
      const { dictionary, index } = keys[0]!;
      assertEquals(dictionary[index[0]!], plain);
    }
  });
}

Deno.test("createParse() says where and when each event was, where there are windows", () => {
  const schema = {
    ...NOTHING,
    time: time("epoch_s"),
    windows: { ...WINDOWS, allowedLatenessMs: 0 },
  };
  const content = '{"a":{"t":1.5}}\n\n?\n{"a":{"t":-2}}';

  const { timeMs, line, lineOffset } = createParse({ schema, fields: [] })(
    rawBatch(content, { event: 5, offset: 100, line: 7 }),
  );

  assertEquals(timeMs, Float64Array.of(1_500, -2_000));
  assertEquals(line, Uint32Array.of(1, 4));
  assertEquals(lineOffset, Uint32Array.of(0, 19));
});

Deno.test("doubleOf() reads what Number() does, and never -0", () => {
  const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,20})$/);
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(
      fc.constantFrom("", "-"),
      digits,
      fc.stringMatching(/^(\.[0-9]{1,20})?$/),
      fc.stringMatching(/^([eE][+-]?[0-9]{1,4})?$/),
    ).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(number, (text) => {
      const bytes = new TextEncoder().encode(`x${text},`);
      const read = doubleOf(bytes, 1, bytes.length - 1);
      assertEquals(Object.is(read, Number(text) + 0), true, text);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("createParse() reads seconds with a fraction as the milliseconds they say", () => {
  const schema = { time: time("epoch_s"), windows: WINDOWS };
  for (
    const [written, expected] of [
      ["1.005", 1_005],
      ["-1.005", -1_005],
      ["1767225600.29", 1_767_225_600_290],
      ["4.35", 4_350],
      ["1.0005", 1_000.5],
      ["-0", 0],
    ] as const
  ) {
    for (const { timeMs } of both(schema, `{"a":{"t":${written}}}`)) {
      assertEquals(timeMs, Float64Array.of(expected));
    }
  }
});
