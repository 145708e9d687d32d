import type { Schema } from "../../../proto/pipeline/batches.ts";
import { assertEquals } from "@std/assert";
import type { Reject } from "../../../proto/pipeline/batches.ts";
import type { Figures__Output as Figures } from "../../../proto/types/pipeline/v1/Figures.ts";
import type { Result__Output as Result } from "../../../proto/types/pipeline/v1/Result.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { schemaOfFlags } from "../../../stages/schema/schema_flags.ts";
import { columnsOf } from "../../../stages/sink/flat_records.ts";
import {
  parseResults,
  recordKind,
  rejectLine,
  toRecord,
} from "../../../stages/sink/results.ts";
import { toBytes } from "../../support/raw_batch.ts";

const FIGURES: Figures = {
  count: 2,
  sum: "30",
  min: "10",
  max: "20",
  avg: 15,
  percentiles: [],
};
const RESULT: Result = {
  key: ['"click"'],
  count: 2,
  values: [FIGURES],
  tags: [],
};
const BUILT_IN = builtInSchema(["click"]);

const NUMBERS: Record<string, number | string> = {
  "0": 0,
  "-17": -17,
  "1.5": 1.5,
  "-1e-7": -1e-7,
  "1e+21": 1e21,
  "9007199254740991": 9_007_199_254_740_991,
  "-9007199254740991": -9_007_199_254_740_991,
  "9007199254740992": "9007199254740992",
  "-9007199254740993": "-9007199254740993",
  ["9".repeat(400)]: "9".repeat(400),
  [`-${"9".repeat(400)}`]: `-${"9".repeat(400)}`,
};

for (const [text, expected] of Object.entries(NUMBERS)) {
  Deno.test(`toRecord() gives ${text.slice(0, 30)} as a ${typeof expected}`, () => {
    const { sum, min, max } = toRecord({
      ...RESULT,
      values: [{ ...FIGURES, sum: text, min: text, max: text }],
    }, BUILT_IN);

    assertEquals([sum, min, max], [expected, expected, expected]);
  });
}

Deno.test("toRecord() groups counts by tag, whatever its values are called", () => {
  const { tags } = toRecord({
    ...RESULT,
    tags: [
      { tag: "tier", value: "gold", count: 1 },
      { tag: "toString", value: "a", count: 2 },
      { tag: "tier", value: "__proto__", count: 3 },
      { tag: "tier", value: "silver", count: 4 },
    ],
  }, BUILT_IN);

  assertEquals(
    JSON.stringify(tags),
    '{"tier":{"gold":1,"__proto__":3,"silver":4},"toString":{"a":2}}',
  );
});

Deno.test("parseResults() reads what is written as NDJSON", () => {
  const records = [
    RESULT,
    {
      ...RESULT,
      key: [JSON.stringify('a "b"\n\u2028💥')],
      values: [{ ...FIGURES, sum: "9007199254740993" }],
    },
  ].map((each) => toRecord(each, BUILT_IN));

  const text = records.map((each) => `${JSON.stringify(each)}\n`).join("");

  assertEquals(parseResults(text), records);
  assertEquals(
    text.split("\n")[0],
    '{"key":"click","count":2,"sum":30,"avg":15,"min":10,"max":20,"tags":{}}',
  );
});

/** An access log: two keys, doubles and exact integers. */
const ACCESS_LOG: Schema = {
  ...schemaOfFlags({
    time: "time",
    key: "route,status",
    value: "ms:p95+avg+max,bytes:count+sum+min",
  }),
};
ACCESS_LOG.values[1]!.as = "integer";
const WINDOWS = { sizeMs: 60_000, offsetMs: 0 };
const TAGS = [{ name: "tier", values: ["gold", "big"] }];
const MS: Figures = {
  count: 2,
  sum: "3.25",
  min: "1.25",
  max: "100000000000000000",
  avg: 1.625,
  percentiles: ["2.5"],
};
const NONE: Figures = { count: 0, sum: "", min: "", max: "", percentiles: [] };

const RECORDS: [
  what: string,
  result: Partial<Result>,
  schema: Partial<Schema>,
  json: string,
  tags?: typeof TAGS,
][] = [
  [
    "what is nested, in the order that was asked for",
    { key: ['"/a"', "200"], values: [MS, FIGURES] },
    {},
    '{"route":"/a","status":200,"count":2,"ms":{"p95":2.5,"avg":1.625,"max":100000000000000000},"bytes":{"count":2,"sum":30,"min":10}}',
  ],
  [
    "a value that no event had",
    { key: ["null", "true"], values: [NONE, NONE] },
    {},
    '{"route":null,"status":true,"count":2,"ms":{"p95":null,"avg":null,"max":null},"bytes":{"count":0,"sum":0,"min":null}}',
  ],
  [
    "integers beyond 2^53 of the key and the figures",
    {
      key: ["9007199254740993", "-9007199254740991"],
      values: [NONE, { ...FIGURES, sum: "9007199254740993" }],
    },
    {},
    '{"route":"9007199254740993","status":-9007199254740991,"count":2,"ms":{"p95":null,"avg":null,"max":null},"bytes":{"count":2,"sum":"9007199254740993","min":10}}',
  ],
  [
    "the group of those that were too many",
    { key: [] },
    { other: true, values: [] },
    '{"route":"other","status":"other","other":true,"count":2}',
  ],
  [
    "a window",
    { key: [], windowMs: Date.UTC(2026, 0, 1, 23, 59) },
    { keys: [], values: [], windows: WINDOWS, other: true },
    '{"window_start":"2026-01-01T23:59:00Z","window_end":"2026-01-02T00:00:00Z","count":2}',
  ],
  [
    "a window of milliseconds, before 1970",
    { key: ["1", '"1"'], windowMs: -1_500 },
    { values: [], windows: { ...WINDOWS, sizeMs: 500 } },
    '{"window_start":"1969-12-31T23:59:58.500Z","window_end":"1969-12-31T23:59:59Z","route":1,"status":"1","count":2}',
  ],
  [
    "tags, where the rules have some",
    {
      key: ["1", "2"],
      tags: [{ tag: "tier", value: "big", count: 1 }],
    },
    { values: [] },
    '{"route":1,"status":2,"count":2,"tags":{"tier":{"big":1}}}',
    TAGS,
  ],
  [
    "no tags that were set, where the rules have some",
    { key: ["1", "2"] },
    { values: [] },
    '{"route":1,"status":2,"count":2,"tags":{}}',
    TAGS,
  ],
  [
    "a field of any name",
    { key: ["1"], values: [] },
    {
      keys: [{ name: "__proto__", path: ["a"], oneOf: [], required: false }],
      values: [],
    },
    '{"__proto__":1,"count":2}',
  ],
];

for (const [what, result, schema, json, tags] of RECORDS) {
  Deno.test(`toRecord() writes ${what}`, () => {
    const record = toRecord(
      { ...RESULT, values: [], ...result },
      { ...ACCESS_LOG, ...schema },
      tags,
    );

    assertEquals(JSON.stringify(record), json);
  });
}

const KINDS: [
  what: string,
  schema: Schema,
  tags: typeof TAGS | undefined,
  keys: string,
  columns: string,
][] = [
  ["of what is built in", BUILT_IN, [], "key", "key count sum avg min max"],
  [
    "with tags",
    BUILT_IN,
    TAGS,
    "key",
    "key count sum avg min max tags.tier.gold tags.tier.big",
  ],
  [
    "of fields of one's own",
    ACCESS_LOG,
    undefined,
    "route status",
    "route status count ms.p95 ms.avg ms.max bytes.count bytes.sum bytes.min",
  ],
  [
    "with windows, tags and other groups",
    { ...ACCESS_LOG, windows: WINDOWS, other: true },
    TAGS,
    "window_start route status",
    "window_start window_end route status other count ms.p95 ms.avg ms.max bytes.count bytes.sum bytes.min tags.tier.gold tags.tier.big",
  ],
  [
    "of one group for all",
    { ...ACCESS_LOG, keys: [], other: true },
    undefined,
    "",
    "count ms.p95 ms.avg ms.max bytes.count bytes.sum bytes.min",
  ],
];

for (const [what, schema, tags, keys, columns] of KINDS) {
  Deno.test(`recordKind() ${what} has each column, and says which are the key`, () => {
    const kind = recordKind(schema, tags);

    assertEquals(kind.keys.join(" "), keys);
    assertEquals(kind.marks, schema.builtIn ? undefined : ["other"]);
    assertEquals(
      columnsOf(kind).map(({ name }) => name).join(" "),
      columns,
    );
  });
}

const REJECT: Reject = {
  line: 3,
  offset: 40,
  stage: "parse",
  reason: "not valid JSON",
  text: toBytes("abc"),
  length: 3,
};

const REJECT_LINES: Record<string, [reject: Partial<Reject>, json: string]> = {
  "as it is": [{}, '"text":"abc"'],
  "with what JSON must escape": [
    { text: toBytes('"\\\t\0'), length: 4 },
    '"text":"\\"\\\\\\t\\u0000"',
  ],
  "with a byte-order mark": [
    { text: toBytes("\ufeffx"), length: 4 },
    '"text":"\ufeffx"',
  ],
  "with bytes that are not UTF-8": [
    { text: Uint8Array.of(0x61, 0xff, 0x62) },
    '"text":"a\ufffdb","lossy":true',
  ],
  "with a U+FFFD of its own": [
    { text: toBytes("a\ufffdb"), length: 5 },
    '"text":"a\ufffdb"',
  ],
  "cut": [{ length: 9 }, '"text":"abc","truncated":true,"length":9'],
};

for (const [name, [reject, json]] of Object.entries(REJECT_LINES)) {
  Deno.test(`rejectLine() writes a line ${name}`, () => {
    assertEquals(
      rejectLine({ ...REJECT, ...reject }),
      `{"line":3,"offset":40,"stage":"parse","reason":"not valid JSON",${json}}\n`,
    );
  });
}
