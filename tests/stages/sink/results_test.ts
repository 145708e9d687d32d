import { assertEquals } from "@std/assert";
import type { Reject } from "../../../proto/pipeline/batches.ts";
import type { Result } from "../../../stages/aggregate/aggregate.ts";
import { flatten } from "../../../stages/sink/flat_records.ts";
import {
  parseResults,
  recordKind,
  rejectLine,
  toRecord,
} from "../../../stages/sink/results.ts";
import { toBytes } from "../../support/raw_batch.ts";

const RESULT: Result = {
  key: "click",
  count: 2,
  sum: "30",
  min: "10",
  max: "20",
  avg: 15,
  tags: [],
};

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
      sum: text,
      min: text,
      max: text,
    });

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
  });

  assertEquals(
    JSON.stringify(tags),
    '{"tier":{"gold":1,"__proto__":3,"silver":4},"toString":{"a":2}}',
  );
});

Deno.test("parseResults() reads what is written as NDJSON", () => {
  const records = [
    RESULT,
    { ...RESULT, key: 'a "b"\n\u2028💥', sum: "9007199254740993" },
  ].map(toRecord);

  const text = records.map((each) => `${JSON.stringify(each)}\n`).join("");

  assertEquals(parseResults(text), records);
  assertEquals(
    text.split("\n")[0],
    '{"key":"click","count":2,"sum":30,"avg":15,"min":10,"max":20,"tags":{}}',
  );
});

Deno.test("recordKind() has each field that a result can have", () => {
  const { keys, fields } = recordKind([{ name: "tier", values: ["gold"] }]);

  const record = toRecord({
    ...RESULT,
    tags: [{ tag: "tier", value: "gold", count: 1 }],
  });

  assertEquals(keys, ["key"]);
  assertEquals(flatten([record], keys), {
    ...flatten([record], keys, fields),
    columns: flatten([], keys, fields).columns,
  });
});

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
