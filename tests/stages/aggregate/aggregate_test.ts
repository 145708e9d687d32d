import { assertEquals, assertThrows } from "@std/assert";
import {
  type EventBatch,
  type Opening,
  type Schema,
  START,
} from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import {
  type Aggregate,
  createAggregate,
  describeTooManyRejects,
} from "../../../stages/aggregate/aggregate.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import {
  batchesOf,
  batchOf,
  positionAt,
  type TestEvent,
} from "../../support/event_batches.ts";
import { customSchema } from "../../support/schemas.ts";

const decoder = new TextDecoder();

function run(
  schema: Schema,
  events: readonly TestEvent[],
  { size = 1_000, tags = [] as Opening["tags"] } = {},
): Aggregate {
  const aggregate = createAggregate({ schema, tags });
  for (const batch of batchesOf(schema, events, [size])) aggregate.apply(batch);
  return aggregate;
}

/** An event of the built-in shape. */
function builtIn(type: string, value: string, score?: number): TestEvent {
  return {
    keys: [JSON.stringify(type)],
    values: [value],
    ...(score === undefined ? {} : { score }),
  };
}

const BUILT_IN = builtInSchema(["view", "click", "work", "unused"]);

Deno.test("createAggregate() tells of the built-in events what it always did", () => {
  const results = run(BUILT_IN, [
    builtIn("view", "9007199254740993"),
    builtIn("work", "7", 0.1),
    builtIn("view", "-3"),
    "reject",
    builtIn("work", "8", 0.2),
    builtIn("click", "1"),
    builtIn("click", "2"),
    "filtered",
    builtIn("work", "9", 0.3),
  ], { size: 2 }).results();

  assertEquals([...results], [
    {
      key: ['"click"'],
      count: 2,
      values: [
        { count: 2, sum: "3", min: "1", max: "2", avg: 1.5, percentiles: [] },
      ],
      tags: [],
    },
    {
      key: ['"view"'],
      count: 2,
      values: [{
        count: 2,
        sum: "9007199254740990",
        min: "-3",
        max: "9007199254740993",
        avg: 4503599627370495,
        percentiles: [],
      }],
      tags: [],
    },
    {
      key: ['"work"'],
      count: 3,
      values: [{
        count: 3,
        // In the order of the input, and not 0.6.
        sum: "0.6000000000000001",
        min: "0.1",
        max: "0.3",
        avg: 0.20000000000000004,
        percentiles: [],
      }],
      tags: [],
    },
  ]);
});

Deno.test("createAggregate() adds what does not fit into a double", () => {
  const large = 2n ** 80n;
  const schema = customSchema([], { value: { as: "integer", of: ["p50"] } });
  const values = [large, large + 1n, -large, 2n ** 53n - 1n, 2n ** 53n - 1n];

  const [result] = run(
    schema,
    values.map((value) => ({ keys: [], values: [String(value)] })),
  ).results();

  const { sum, min, max, percentiles } = result!.values[0]!;
  assertEquals(
    [sum, min, max],
    [
      values.reduce((a, b) => a + b),
      -large,
      large + 1n,
    ].map(String),
  );
  // One in a hundred next to the third of five.
  assertEquals(Math.abs(Number(percentiles[0]) / 2 ** 53 - 1) < 0.01, true);
});

for (
  const [sum, values] of [
    [
      "10000000000000000",
      ["1e308", "1e308", "0.1", "1e-320", "-1e308", "-1e308", "1e16"],
    ],
    // More than three doubles hold before the larger ones are gone.
    [
      "1e-200",
      ["1e200", "1e100", "1", "1e-100", "1e-200"].concat(
        ["-1e200", "-1e100", "-1", "-1e-100"],
      ),
    ],
  ] as const
) {
  Deno.test(`createAggregate() adds doubles to ${sum} in any order`, () => {
    const schema = customSchema([], { value: {} });

    const sums = values.map((_, at) => {
      const turned = [...values.slice(at), ...values.slice(0, at)];
      const [result] = run(
        schema,
        turned.map((value) => ({ keys: [], values: [value] })),
      ).results();
      return result!.values[0]!.sum;
    });

    assertEquals(new Set(sums), new Set([sum]));
  });
}

Deno.test("createAggregate() sorts by kind, then by value", () => {
  const ordered = [
    "null",
    "false",
    "true",
    "-9007199254740993",
    "-9007199254740992",
    "-1.5",
    "2",
    "10",
    "1e+300",
    '""',
    '"10"',
    '"2"',
    '"Z"',
    '"a"',
    '"aa"',
    '"\\ud83d\\ude00"',
    '"\uffff"',
  ];
  const schema = customSchema(["k", "l"], {});
  const turned = ordered.toReversed();

  const results = run(
    schema,
    turned.flatMap((first) =>
      turned.map((second) => ({ keys: [first, second], values: [] }))
    ),
  ).results();

  assertEquals(
    Array.from(results, ({ key }) => key),
    ordered.flatMap((first) => ordered.map((second) => [first, second])),
  );
});

const MINUTES = {
  sizeMs: 60_000,
  offsetMs: 0,
  allowedLatenessMs: 30_000,
};
const NOON = Date.UTC(2026, 0, 1, 12);
const timed = (seconds: number, key = '"a"', values = ["5"]): TestEvent => ({
  timeMs: NOON + seconds * 1_000,
  keys: [key],
  values,
});

Deno.test("apply() makes a reject of what comes after its window is closed", () => {
  const schema = customSchema(["host"], {
    ms: { as: "integer", path: ["took", "ms"] },
  }, {
    time: { path: ["at"], format: "rfc3339", required: true },
    windows: MINUTES,
  });
  const events: TestEvent[] = [
    timed(0),
    timed(80),
    timed(59), // the window is open until an event of 90 s
    "reject",
    timed(90),
    timed(59.5), // late
    "filtered",
    "reject",
    timed(60),
    timed(-1), // late too, though there was no such window
  ];
  const expected = [
    { line: 4, stage: "parse" },
    { line: 6, stage: "aggregate" },
    { line: 8, stage: "parse" },
    { line: 10, stage: "aggregate" },
  ];

  for (const size of [1, 2, 3, 10]) {
    const aggregate = createAggregate({ schema, tags: [] });
    const rejects = batchesOf(schema, events, [size])
      .flatMap((batch) => aggregate.apply(batch));

    assertEquals(rejects.map(({ line, stage }) => ({ line, stage })), expected);
    const late = rejects[1]!;
    assertEquals({ ...late, text: decoder.decode(late.text) }, {
      line: 6,
      offset: 50,
      stage: "aggregate",
      reason:
        "late: its window ended at 2026-01-01T12:01:00Z, and is closed since an event of 2026-01-01T12:01:30Z",
      text: '{"at":"2026-01-01T12:00:59.500Z","host":"a","took":{"ms":5}}',
      length: 60,
    });
    assertEquals(aggregate.totals, {
      events: 10,
      rejected: 4,
      filtered: 1,
      late: 2,
    });
    assertEquals(
      Array.from(aggregate.results(), ({ windowMs, count }) => [
        windowMs! - NOON,
        count,
      ]),
      [[0, 2], [60_000, 3]],
    );
  }
});

for (
  const [format, text] of [
    ["epoch_s", '{"at":1767268799}'],
    ["epoch_ms", '{"at":1767268799000}'],
  ] as const
) {
  Deno.test(`apply() writes the time of a late event as ${format}`, () => {
    const schema = customSchema(["k"], {}, {
      time: { path: ["at"], format, required: true },
      windows: MINUTES,
    });
    const late = { timeMs: NOON - 1_000, keys: ["null"], values: [] };

    const rejects = createAggregate({ schema, tags: [] })
      .apply(batchOf(schema, [{ ...late, timeMs: NOON + 99_000 }, late]));

    assertEquals(rejects.map((each) => decoder.decode(each.text)), [text]);
  });
}

const FEW = { maxGroups: 2 };

Deno.test("apply() refuses more windows than there may be, and says what makes them fewer", () => {
  for (const [keys, other] of [[[], false], [["k"], true]] as const) {
    const schema = customSchema([...keys], {}, { ...FEW, other });
    const windows = { sizeMs: 1_000, offsetMs: 0 };
    const aggregate = createAggregate({
      schema: { ...schema, windows },
      tags: [],
    });
    // Two of their own, and two of others.
    const events = [1, 2, 3, 4, 5].map((second) => ({
      keys: keys.map(() => "1"),
      values: [],
      timeMs: NOON + second * 1_000,
    }));

    const { message } = assertThrows(
      () => aggregate.apply(batchOf({ ...schema, windows }, events)),
      Fault,
    );

    assertEquals(
      message,
      "Cannot count more than 2 groups in open windows at once: allow more by --max-groups, or max_groups in the schema; or have fewer windows open, by --allowed-lateness or a longer --window",
    );
  }
});

Deno.test("apply() refuses more groups than there may be, and counts nothing of the batch", () => {
  const schema = customSchema(["k"], {}, FEW);
  const aggregate = run(schema, [{ keys: ["1"], values: [] }]);
  const before = JSON.stringify([...aggregate.results()]);
  const more: TestEvent[] = ["1", "2", "3"].map((key) => ({
    keys: [key],
    values: [],
  }));

  const fault = assertThrows(
    () => aggregate.apply(batchOf(schema, more, 1)),
    Fault,
  );

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message,
    "Cannot count more than 2 groups at once: allow more by --max-groups, or max_groups in the schema; or count the rest as one by --other, or other: true in the schema",
  );
  assertEquals(aggregate.position, positionAt(1));
  assertEquals(JSON.stringify([...aggregate.results()]), before);
  // It goes on where there may be more.
  const saved = { head: aggregate.changes().head, records: aggregate.all() };
  const next = createAggregate({
    schema: { ...schema, maxGroups: 3 },
    tags: [],
  }, saved);
  next.apply(batchOf(schema, more, 1));
  assertEquals(Array.from(next.results(), ({ count }) => count), [2, 1, 1]);
});

Deno.test("apply() puts what is too much into the group without a key, in each window", () => {
  const schema = customSchema(["k"], {}, {
    ...FEW,
    other: true,
    windows: MINUTES,
  });
  const events = [
    timed(0, "1", []),
    timed(1, "2", []),
    timed(2, "3", []),
    timed(3, "3", []),
    timed(61, "3", []),
    timed(95, "3", []), // closes the first window, so that there is room
    timed(96, "4", []),
  ];

  for (const size of [1, 3, 7]) {
    const aggregate = run(schema, events, { size });

    assertEquals(
      Array.from(aggregate.results(), ({ windowMs, key, count }) => [
        windowMs! - NOON,
        key,
        count,
      ]),
      [
        [0, ["1"], 1],
        [0, ["2"], 1],
        [0, [], 2],
        [60_000, ["3"], 1],
        [60_000, ["4"], 1],
        [60_000, [], 1],
      ],
    );
    assertEquals(aggregate.totals.other, 3);
  }
});

const TAGS = [{ name: "t", values: ["x", "y"] }, { name: "u", values: [] }];
const SCHEMA = customSchema(["k"], { v: {} });

/** What a run may not go on with, and why it looks alike. */
const OTHER_KINDS: Record<string, [schema: Schema, tags: Opening["tags"]]> = {
  "a key more": [customSchema(["k", "l"], { v: {} }), TAGS],
  "another key": [customSchema(["l"], { v: {} }), TAGS],
  "another path": [
    { ...SCHEMA, keys: [{ ...SCHEMA.keys[0]!, path: ["a", "k"] }] },
    TAGS,
  ],
  "a closed key": [
    { ...SCHEMA, keys: [{ ...SCHEMA.keys[0]!, oneOf: ["1"] }] },
    TAGS,
  ],
  "another kind of value": [
    customSchema(["k"], { v: { as: "integer" } }),
    TAGS,
  ],
  "other figures": [customSchema(["k"], { v: { of: ["p50"] } }), TAGS],
  "windows": [{ ...SCHEMA, windows: MINUTES }, TAGS],
  "a tag more": [SCHEMA, [...TAGS, { name: "v", values: [] }]],
  "tags in another order": [SCHEMA, TAGS.toReversed()],
  "other values of a tag": [
    SCHEMA,
    [{ name: "t", values: ["x"] }, TAGS[1]!],
  ],
};

for (const [what, [schema, tags]] of Object.entries(OTHER_KINDS)) {
  Deno.test(`createAggregate() refuses to go on with ${what}`, () => {
    const from = createAggregate({ schema: SCHEMA, tags: TAGS });
    const saved = { head: from.changes().head, records: from.all() };

    createAggregate({ schema: SCHEMA, tags: TAGS }, saved);
    assertThrows(
      () => createAggregate({ schema, tags }, saved),
      RangeError,
      "Cannot go on from what was saved: it is of another schema or other rules",
    );
  });
}

Deno.test("createAggregate() refuses to go on with other types", () => {
  const from = createAggregate({ schema: BUILT_IN, tags: [] });
  const saved = { head: from.changes().head, records: from.all() };

  assertThrows(
    () => createAggregate({ schema: builtInSchema(["view"]), tags: [] }, saved),
    RangeError,
    "Cannot go on from what was saved: it is of other types or rules",
  );
});

/** A batch of one event of value 5, or as told. */
function wrongBatch(fields: Partial<EventBatch> = {}): EventBatch {
  return { ...batchOf(BUILT_IN, [builtIn("view", "5")]), ...fields };
}

const REJECT = batchOf(BUILT_IN, ["reject"]).rejects[0]!;
const COLUMNS = "are not one for each event";
const INEXACT =
  "the values that no double holds are not those that it gives exactly";
const LARGE = { value: Float64Array.of(2 ** 53) };
const EXACT = { row: 0, decimal: "9007199254740993" };

/** Batches that must not be counted, and what is said of them. */
const WRONG: Record<string, [batch: Partial<EventBatch>, message: string]> = {
  "a gap": [
    { begin: positionAt(1), end: positionAt(2) },
    "Cannot apply the batch from event 1: the state ends at event 0",
  ],
  "another offset": [
    { begin: { ...START, offset: 1 } },
    "Cannot apply the batch from event 0: the state ends at event 0",
  ],
  "an event too few": [
    { end: positionAt(2) },
    "Cannot apply the batch from event 0: it has 2 events and accounts for 1",
  ],
  "a reject too many": [
    { rejects: [REJECT] },
    "Cannot apply the batch from event 0: it has 1 events and accounts for 2",
  ],
  "a drop too many": [
    { filtered: 1 },
    "Cannot apply the batch from event 0: it has 1 events and accounts for 2",
  ],
  "no key": [{ keys: [] }, COLUMNS],
  "a key too long": [
    { keys: [{ dictionary: [], index: new Uint32Array(2) }] },
    COLUMNS,
  ],
  "a key that is none of the schema's": [
    { keys: [{ dictionary: [], index: Uint32Array.of(4) }] },
    COLUMNS,
  ],
  "no value": [{ values: [] }, COLUMNS],
  "a value that is missing": [
    { values: [{ value: new Float64Array(), exact: [] }] },
    COLUMNS,
  ],
  "a tag that there is not": [{ tags: [new Uint8Array(1)] }, COLUMNS],
  "a score of no event": [
    { scoreRow: Uint32Array.of(1), score: Float64Array.of(1) },
    COLUMNS,
  ],
  "a value that is not given exactly": [
    { values: [{ ...LARGE, exact: [] }] },
    INEXACT,
  ],
  "a value that is no integer": [
    { values: [{ value: Float64Array.of(1.5), exact: [] }] },
    INEXACT,
  ],
  "a value that is given twice": [
    { values: [{ ...LARGE, exact: [EXACT, EXACT] }] },
    INEXACT,
  ],
  "an exact value of another row": [
    { values: [{ ...LARGE, exact: [{ ...EXACT, row: 1 }] }] },
    INEXACT,
  ],
  "an exact value for a value that needs none": [
    { values: [{ value: Float64Array.of(5), exact: [EXACT] }] },
    INEXACT,
  ],
};

for (const [name, [fields, message]] of Object.entries(WRONG)) {
  Deno.test(`apply() refuses ${name} and counts nothing of it`, () => {
    const aggregate = createAggregate({ schema: BUILT_IN, tags: [] });

    assertThrows(
      () => aggregate.apply(wrongBatch(fields)),
      RangeError,
      message,
    );

    assertEquals(aggregate.position, START);
    assertEquals([...aggregate.results()], []);
    assertEquals(aggregate.totals, { events: 0, rejected: 0, filtered: 0 });
  });
}

Deno.test("apply() refuses a double that is infinite, a time that is none, and an event without a line", () => {
  const schema = customSchema(["k"], { v: {} }, { windows: MINUTES });
  const batch = batchOf(schema, [timed(0)]);
  for (
    const fields of [
      { values: [{ value: Float64Array.of(Infinity), exact: [] }] },
      { timeMs: Float64Array.of(NaN) },
      { timeMs: new Float64Array() },
      { line: new Uint32Array() },
    ]
  ) {
    const aggregate = createAggregate({ schema, tags: [] });
    assertThrows(() => aggregate.apply({ ...batch, ...fields }), RangeError);
    assertEquals(aggregate.position, START);
  }
});

Deno.test("apply() takes an empty batch, which has no columns", () => {
  const schema = customSchema(["k"], { v: {} }, { windows: MINUTES });
  const { timeMs: _times, line: _lines, lineOffset: _offsets, ...empty } =
    batchOf(schema, ["filtered"]);
  const aggregate = createAggregate({ schema, tags: TAGS });

  aggregate.apply({ ...empty, keys: [], values: [] });

  assertEquals(aggregate.totals.filtered, 1);
});

Deno.test("apply() refuses a batch a second time", () => {
  const aggregate = createAggregate({ schema: BUILT_IN, tags: [] });
  aggregate.apply(wrongBatch());

  assertThrows(
    () => aggregate.apply(wrongBatch()),
    RangeError,
    "Cannot apply the batch from event 0: the state ends at event 1",
  );
});

Deno.test("describeTooManyRejects() names the last reject", () => {
  assertEquals(
    describeTooManyRejects(11, 10, REJECT),
    "Cannot go on: 11 rejects are more than --max-rejects=10; the last is line 1: not valid JSON",
  );
});

Deno.test("look() tells all results while there are few, and then the largest of them", () => {
  const schema = customSchema(["k"], { v: {} });
  const aggregate = createAggregate({ schema, tags: [] });
  const keys = Array.from(
    { length: 300 },
    (_, at) => `"${String(at % 200).padStart(3, "0")}"`,
  );
  const events = keys.map((key) => ({ keys: [key], values: ["1"] }));
  aggregate.apply(batchOf(schema, events));

  const all = aggregate.look!(200);
  const largest = aggregate.look!(50);

  assertEquals(all, {
    groups: 200,
    results: [...aggregate.results()],
    rejects: [],
    filtered: 0,
  });
  assertEquals(largest.groups, 200);
  assertEquals(
    largest.results.map(({ count }) => count),
    new Array(50).fill(2),
  );
});

Deno.test("look() tells what is not in the results, each once whatever was gone on from", () => {
  const batches = [...batchesOf(BUILT_IN, ["reject", "filtered", "reject"], [
    1,
  ])];
  const first = createAggregate({ schema: BUILT_IN, tags: [] });
  first.apply(batches[0]!);
  const saved = { head: first.changes().head, records: [...first.all()] };
  for (const batch of batches.slice(1)) first.apply(batch);
  const next = createAggregate({ schema: BUILT_IN, tags: [] }, saved);
  for (const batch of batches.slice(1)) next.apply(batch);
  const { rejects: _, ...head } = saved.head as Record<string, unknown>;
  const old = createAggregate({ schema: BUILT_IN, tags: [] }, {
    ...saved,
    head,
  });
  const { stage, reason } = REJECT;

  for (const each of [first, next]) {
    const { rejects, filtered } = each.look!(50);
    assertEquals(rejects, [{ stage, reason, count: 2 }]);
    assertEquals(filtered, 1);
  }
  assertEquals(old.look!(50).rejects, [{ stage: "", reason: "", count: 1 }]);
});

Deno.test("look() tells of windows those that are open, and the last of the closed", () => {
  const schema = {
    ...customSchema(["k"], {}),
    time: { path: ["t"], format: "epoch_ms" as const, required: true },
    windows: { sizeMs: 10, offsetMs: 0, allowedLatenessMs: 0 },
  };
  const aggregate = createAggregate({ schema, tags: [] });
  const events = [0, 10, 20, 30, 40].map((timeMs) => ({
    timeMs,
    keys: ['"a"'],
    values: [],
  }));
  aggregate.apply(batchOf(schema, events));
  const { groups, results } = aggregate.look!(3);

  assertEquals(groups, 5);
  assertEquals(results.map(({ windowMs }) => windowMs), [20, 30, 40]);
});
