import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EventBatch } from "../../../proto/pipeline/batches.ts";
import { createParse } from "../../../stages/parse/parse.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { rawBatch, readAll, toBytes } from "../../support/raw_batch.ts";

const TYPES = ["click", "toString", "work"];
const TS = "2026-01-01T00:00:00.250Z";

/** The stage with the schema that is built in; "ts" is read as a time. */
function createBuiltIn(fields: string[] = []) {
  return createParse({
    schema: builtInSchema(TYPES),
    fields: fields.map((field) => ({
      path: field.split("."),
      isTime: field === "ts",
    })),
  });
}

function parse(
  content: string | Uint8Array,
  fields: string[] = [],
): EventBatch {
  return createBuiltIn(fields)(rawBatch(content));
}

/** A good line, some of its fields replaced by JSON text, or left out. */
function line(fields: Record<string, string | undefined> = {}): string {
  const all: Record<string, string | undefined> = {
    ts: JSON.stringify(TS),
    type: '"click"',
    user: '"u1"',
    value: "5",
    ...fields,
  };
  const members = Object.entries(all)
    .filter(([, json]) => json !== undefined)
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`);
  return `{${members.join(",")}}`;
}

/** Values, their integer part, and whether that leaves anything out. */
const INTEGER_PARTS: [value: string, integer: string, cut: boolean][] = [
  ["9.9999999999999999", "9", true],
  ["-9.9999999999999999", "-9", true],
  ["99.999999999999999", "99", true],
  ["0.99999999999999999", "0", true],
  ["4503599627370497.9", "4503599627370497", true],
  ["9007199254740990.9", "9007199254740990", true],
  ["9007199254740991.9", "9007199254740991", true],
  ["9007199254740993.5", "9007199254740993", true],
  ["99999999999999999e-16", "9", true],
  ["0.000000000000000099999999999999999e17", "9", true],
  ["1.5", "1", true],
  ["-0.5", "0", true],
  ["10.0000000000000000000", "10", false],
  ["10", "10", false],
  ["1.5e1", "15", false],
  ["9007199254740991", "9007199254740991", false],
  ["1e21", "1000000000000000000000", false],
];

for (const [value, integer, cut] of INTEGER_PARTS) {
  for (const before of ["", '"\\u0061 12345678901234567890"', '"value"']) {
    Deno.test(`createParse() takes ${integer} of ${value} from the digits, behind ${before || "nothing"}`, () => {
      const { fractionsCut, ...batch } = parse(
        line({ ...before ? { user: before } : {}, value }),
      );

      const column = batch.values[0]!;
      const read = column.exact[0]?.decimal ?? String(column.value[0]);
      assertEquals([read, fractionsCut], [integer, cut ? 1 : undefined]);
    });
  }
}

Deno.test("createParse() takes the integer part of any value from the digits", () => {
  const digits = (max: number) =>
    fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
  fc.assert(
    fc.property(
      fc.integer({ min: -10_000, max: 10_000 }),
      fc.oneof(
        digits(30),
        digits(25).map((some) => `99999999999999999${some}`),
      ),
      fc.stringMatching(/^ {0,20}$/),
      (whole, fraction, space) => {
        const value = `${space}${whole}.${fraction}`;

        const batch = parse(line({ value, metadata: `{"value":${whole}}` }));

        assertEquals(batch.values[0]!.value[0], whole);
        assertEquals(
          batch.fractionsCut ?? 0,
          /[1-9]/.test(fraction) ? 1 : 0,
          value,
        );
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("createParse() counts no fraction of a line that it refuses, nor of a work item", () => {
  const batch = parse([
    line({ value: "1.5", user: undefined }),
    line({
      value: "1.5",
      type: '"work"',
      work: '{"vectors":[[1]],"matrix":[[1]],"text":"","iterations":1}',
    }),
  ].join("\n"));

  assertEquals([batch.rows, batch.fractionsCut], [1, undefined]);
});

Deno.test("createParse() turns lines into columns", () => {
  const batch = parse(
    `${line()}\n\n \r\n${line({ type: '"toString"', value: "-7.9" })}\r\n`,
  );

  assertEquals(batch, {
    begin: { event: 0, offset: 0, line: 0 },
    end: batch.end,
    rows: 2,
    keys: [{ dictionary: [], index: Uint32Array.of(0, 1) }],
    values: [{ value: Float64Array.of(5, -7), exact: [] }],
    columns: [],
    tags: [],
    work: [],
    scoreRow: new Uint32Array(),
    score: new Float64Array(),
    filtered: 0,
    rejects: [],
    fractionsCut: 1,
  });
});

const DEEP = 100_000;
const deepList = `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`;

const NO_TIME =
  "ts is not a date and time with zone (RFC 3339), such as 2026-01-31T12:00:00Z";

/** Lines that are no events, with the reason for each. */
const REJECTED: [line: string, reason: string][] = [
  ["{", "not valid JSON"],
  [line().slice(0, -1), "not valid JSON"],
  [`${line()} ${line()}`, "not valid JSON"],
  [`${line()},`, "not valid JSON"],
  [`\ufeff${line()}`, "not valid JSON"],
  [`\v${line()}`, "not valid JSON"],
  [`\0`, "not valid JSON"],
  [line({ value: "NaN" }), "not valid JSON"],
  [line({ value: "Infinity" }), "not valid JSON"],
  [line({ value: "-Infinity" }), "not valid JSON"],
  [line({ value: "+5" }), "not valid JSON"],
  [line({ value: "05" }), "not valid JSON"],
  [line({ value: ".5" }), "not valid JSON"],
  [line({ value: "0x10" }), "not valid JSON"],
  ["[".repeat(DEEP), "not valid JSON"],
  ["null", "not a JSON object"],
  ["5", "not a JSON object"],
  ['"text"', "not a JSON object"],
  [`[${line()}]`, "not a JSON object"],
  [deepList, "not a JSON object"],
  ["{}", "ts is missing"],
  [line({ ts: undefined }), "ts is missing"],
  [line({ ts: "null" }), "ts is not a string"],
  [line({ ts: "1767225600250" }), "ts is not a string"],
  [line({ ts: '"soon"' }), NO_TIME],
  [line({ ts: '""' }), NO_TIME],
  [line({ ts: '"purchase-12"' }), NO_TIME],
  [line({ ts: '"2026-02-30T00:00:00.000Z"' }), NO_TIME],
  [line({ ts: '"2026-012"' }), NO_TIME],
  [line({ ts: '"2026-01-01T00:00:00"' }), NO_TIME],
  [line({ ts: '"2026-13-01T00:00:00.250Z"' }), NO_TIME],
  [line({ type: undefined }), "type is missing"],
  [line({ type: "7" }), "type is not a string"],
  [line({ type: '["click"]' }), "type is not a string"],
  [line({ type: '"view"' }), 'unknown type "view"'],
  [line({ type: '""' }), 'unknown type ""'],
  [line({ type: '"constructor"' }), 'unknown type "constructor"'],
  [line({ type: '"__proto__"' }), 'unknown type "__proto__"'],
  [line({ type: '"Click"' }), 'unknown type "Click"'],
  [line({ type: '"\\ud83d"' }), 'unknown type "\\ud83d"'],
  [
    line({ type: `"${"x".repeat(64)}"` }),
    `unknown type "${"x".repeat(64)}"`,
  ],
  [
    line({ type: `"${"x".repeat(65)}"` }),
    `unknown type "${"x".repeat(64)}…"`,
  ],
  [
    line({ type: `"${"x".repeat(63)}💥"` }),
    `unknown type "${"x".repeat(63)}…"`,
  ],
  [line({ user: undefined }), "user is missing"],
  [line({ user: "{}" }), "user is not a string"],
  [line({ value: undefined }), "value is missing"],
  [line({ value: "null" }), "value is not a number"],
  [line({ value: '"5"' }), "value is not a number"],
  [line({ value: '"NaN"' }), "value is not a number"],
  [line({ value: "true" }), "value is not a number"],
  [line({ value: "1e400" }), "value is not finite"],
  [line({ value: "-1e400" }), "value is not finite"],
  [line({ value: "9".repeat(400) }), "value is not finite"],
  [`${line().slice(0, -1)},"ts":5}`, "ts is not a string"],
  [
    `{"__proto__":${line()}}`,
    "ts is missing",
  ],
  [line({ type: '"work"' }), "work is missing"],
  [
    line({ type: '"work"', work: '{"matrix":[]}' }),
    "work.matrix is not a matrix",
  ],
];

for (const [index, [line, reason]] of REJECTED.entries()) {
  Deno.test(`createParse() rejects ${index}: ${reason}`, () => {
    const { rejects, rows } = parse(`${line}\n`);

    assertEquals(rejects.map(({ reason }) => reason), [reason]);
    assertEquals(rows, 0);
  });
}

/** JSON of `value`, what it is truncated to, and the exact integer. */
const VALUES: [json: string, value: number, exact?: string][] = [
  ["0", 0],
  ["-0", 0],
  ["-0.5", 0],
  ["0.9999", 0],
  ["-1.5", -1],
  ["1e2", 100],
  ["1e-400", 0],
  ["9007199254740991", 9_007_199_254_740_991],
  ["9007199254740991.4", 9_007_199_254_740_991],
  ["9007199254740992", 9_007_199_254_740_992, "9007199254740992"],
  ["9007199254740993", 9_007_199_254_740_992, "9007199254740993"],
  ["-9007199254740993", -9_007_199_254_740_992, "-9007199254740993"],
  ["9007199254740993.75", 9_007_199_254_740_994, "9007199254740993"],
  ["1e300", 1e300, (10n ** 300n).toString()],
  [
    "123456789012345678901.5e-1",
    12_345_678_901_234_567_890,
    "12345678901234567890",
  ],
];

for (const [json, value, exact] of VALUES) {
  Deno.test(`createParse() reads value ${json} as ${exact ?? value}`, () => {
    const { values } = parse(line({ value: json }));

    assertEquals(values, [{
      value: Float64Array.of(value),
      exact: exact === undefined ? [] : [{ row: 0, decimal: exact }],
    }]);
  });
}

Deno.test("createParse() tells 0 from -0, which it never gives", () => {
  const { values: [column] } = parse(
    `${line({ value: "-0" })}\n${line({ value: "-0.5" })}`,
  );

  assertEquals(Array.from(column!.value, (each) => Object.is(each, 0)), [
    true,
    true,
  ]);
});

Deno.test("createParse() numbers exact values by their row", () => {
  const big = line({ value: "9007199254740993" });

  const { values, rows } = parse(["?", line(), big, "?", big].join("\n"));

  assertEquals(rows, 3);
  assertEquals(values[0]!.exact.map(({ row }) => row), [1, 2]);
});

Deno.test("createParse() takes the last of several keys", () => {
  const { keys, values } = parse(
    `{"type":"view","value":9007199254740995,${line().slice(1, -1)},` +
      `"type":"toString","value":9007199254740993,"":{"value":9007199254740997}}`,
  );

  assertEquals(keys[0]!.index, Uint32Array.of(1));
  assertEquals(values, [{
    value: Float64Array.of(9_007_199_254_740_992),
    exact: [{ row: 0, decimal: "9007199254740993" }],
  }]);
});

for (const value of ["5", "9007199254740993"]) {
  Deno.test(`createParse() takes an event as deep as it likes, with value ${value}`, () => {
    const { rejects, rows } = parse(
      line({ metadata: deepList, value }),
      ["metadata.a"],
    );

    assertEquals(rejects, []);
    assertEquals(rows, 1);
  });
}

Deno.test("createParse() finds the line, the offset and the text of a reject", () => {
  for (const good of [line(), line({ user: '"ü💥"' })]) {
    const head = `${good}\r\n \n`;
    const begin = { event: 10, offset: 1_000, line: 20 };

    const { rejects } = createBuiltIn()(
      rawBatch(`${head}nö\r\n${good}\n{`, begin),
    );

    const headBytes = toBytes(head).length;
    const goodBytes = toBytes(good).length;
    assertEquals(rejects, [
      {
        line: 23,
        offset: 1_000 + headBytes,
        stage: "parse",
        reason: "not valid JSON",
        text: toBytes("nö"),
        length: 3,
      },
      {
        line: 25,
        offset: 1_000 + headBytes + 5 + goodBytes + 1,
        stage: "parse",
        reason: "not valid JSON",
        text: toBytes("{"),
        length: 1,
      },
    ]);
  }
});

Deno.test("createParse() counts offsets from after the byte-order mark", async () => {
  const [raw] = await readAll(`\ufeff?\n${line()}\n`);

  const { rejects, rows } = createBuiltIn()(raw!);

  assertEquals(rejects.map(({ offset, line }) => [offset, line]), [[3, 1]]);
  assertEquals(rows, 1);
});

Deno.test("createParse() keeps 4 KiB of a rejected line", () => {
  const [reject] = parse(`${"é".repeat(3_000)}\n`).rejects;

  assertEquals(reject?.text, toBytes("é".repeat(2_048)));
  assertEquals(reject?.length, 6_000);
});

Deno.test("createParse() rejects lines that are not UTF-8, and only those", () => {
  const bad = [
    [0xff],
    [0xc3],
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
  ].map((bytes) => {
    const [before, after] = line({ user: '"|"' }).split("|");
    return [...toBytes(before!), ...bytes, ...toBytes(`${after}\n`)];
  });
  const good = [...toBytes(`${line({ user: '"é💥\u2028"' })}\n`)];

  const { rejects, rows } = parse(
    Uint8Array.from([...good, ...bad.flat(), ...good]),
  );

  assertEquals(rows, 2);
  assertEquals(
    rejects.map(({ line, reason }) => [line, reason]),
    bad.map((_, index) => [index + 2, "not valid UTF-8"]),
  );
});

Deno.test("createParse() collects the fields that the rules read", () => {
  const lines = [
    line({ metadata: '{"page":"/a","n":1}' }),
    "?",
    line({ user: '"💥\u2028\ufeff"', metadata: '{"page":"/b","n":1e400}' }),
    line({ user: '"\\ud83d"', metadata: '{"n":{}}' }),
    line({ metadata: '{"page":"/a","n":null,"__proto__":{"x":1}}' }),
  ];

  const { columns } = parse(lines.join("\n"), [
    "user",
    "ts",
    "metadata.page",
    "metadata.n",
    "metadata.__proto__.x",
    "metadata.constructor.name",
  ]);

  const values = columns.map(({ dictionary, index }) =>
    Array.from(index, (at) => JSON.parse(dictionary[at]!))
  );
  const ms = Date.parse(TS);
  assertEquals(values, [
    ["u1", "💥\u2028\ufeff", "\ud83d", "u1"],
    [ms, ms, ms, ms],
    ["/a", "/b", null, "/a"],
    [1, null, null, null],
    [null, null, null, 1],
    [null, null, null, null],
  ]);
  assertEquals(columns.map(({ dictionary }) => dictionary[0]), [
    "null",
    "null",
    "null",
    "null",
    "null",
    "null",
  ]);
});

Deno.test("createParse() finds no field in a list", () => {
  const lines = [
    line({ metadata: '["x",{"a":2}]' }),
    line({ metadata: '{"list":[7],"0":1}' }),
  ];

  // The last line has no line feed: not each is read in the same way.
  for (const content of [lines.join("\n"), `${lines.join("\n")}\n`]) {
    const { columns } = parse(content, [
      "metadata.0",
      "metadata.1.a",
      "metadata.length",
      "metadata.list.0",
    ]);

    assertEquals(
      columns.map(({ dictionary, index }) =>
        Array.from(index, (at) => dictionary[at])
      ),
      [["null", "1"], ["null", "null"], ["null", "null"], ["null", "null"]],
    );
  }
});

Deno.test("createParse() reads work items with their rows", () => {
  const work = '{"vectors":[],"matrix":[[2]],"text":"","iterations":1}';

  const batch = parse(
    [line(), "?", line({ type: '"work"', work })].join("\n"),
  );

  assertEquals(batch.work.map(({ row, size }) => [row, size]), [[1, 1]]);
});

Deno.test("createParse() puts a line too long after the others", async () => {
  const batches = await readAll(`?\n${"x".repeat(200)}\n${line()}\n`, {
    maxLine: 100,
  });

  const parsed = batches.map(createBuiltIn());

  assertEquals(
    parsed.flatMap(({ rejects }) => rejects)
      .map(({ stage, line }) => [stage, line]),
    [["parse", 1], ["ingest", 2]],
  );
});

Deno.test("createParse() accounts for every event, whatever the bytes", async () => {
  const piece = fc.oneof(
    fc.constantFrom("\n", "\n", "\r\n", " ", "\0", "{}", "[", '"', "\\"),
    fc.constantFrom(line(), line({ value: "1e300" }), line({ type: "1" })),
    fc.json(),
  ).map(toBytes);
  const content = fc.array(fc.oneof(piece, fc.uint8Array({ maxLength: 3 })))
    .map((pieces) => Uint8Array.from(pieces.flatMap((bytes) => [...bytes])));
  await fc.assert(fc.asyncProperty(content, async (content) => {
    const batches = await readAll(content, {
      batch: 3,
      maxLine: 200,
      anyInput: true,
    });

    for (const raw of batches) {
      const { begin, end, rows, rejects } = createBuiltIn(
        ["user", "ts", "metadata.a"],
      )(raw);

      assertEquals(end.event - begin.event, rows + rejects.length);
      for (const { line } of rejects) {
        assertEquals(line > begin.line && line <= end.line + 1, true);
      }
    }
  }));
});
