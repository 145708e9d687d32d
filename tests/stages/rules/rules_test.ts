import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Schema } from "../../../proto/pipeline/batches.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import { readWorkItem, score } from "../../../stages/events/work_item.ts";
import { findField } from "../../../stages/rules/fields.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import type { Condition, Rule } from "../../../stages/rules/rules_file.ts";
import { builtInSchema, keyField } from "../../../stages/schema/schema.ts";
import {
  type Event,
  eventBatch,
  type Json,
  keysOf,
  rowsOf,
  scalarAt,
  tagsOf,
  timeOf,
} from "../../support/event_rows.ts";

const TYPES = ["click", "view", "work"];
const BUILT_IN = builtInSchema(TYPES);

/** Open keys, one by a longer path, one of a few; both kinds of values. */
const CUSTOM: Schema = {
  time: { path: ["at"], format: "epoch_s", required: false },
  keys: [
    keyField(["request", "host"]),
    { ...keyField(["kind"]), oneOf: ['"a"', '"b"', "2", "null"] },
    keyField(["status"]),
  ],
  values: [
    { name: "ms", path: ["ms"], as: "number", of: ["sum"], required: false },
    {
      name: "bytes",
      path: ["size"],
      as: "integer",
      of: ["sum"],
      required: false,
    },
  ],
  required: [{ path: ["user"], as: "text" }],
  maxGroups: 1_000,
  other: false,
  builtIn: false,
  windows: null,
};

const WINDOWED: Schema = {
  ...CUSTOM,
  time: { path: ["at"], format: "epoch_s", required: true },
  windows: { sizeMs: 60_000, offsetMs: 0, allowedLatenessMs: 1_000 },
};

/** What became of one event. */
interface Outcome {
  keys: string[];
  values: number[];
  exact: (string | undefined)[];
  tags: Record<string, string>;
  score: number | undefined;
  timeMs: number | undefined;
  line: number | undefined;
}

/** Runs the rules on one event, the way the rules file is explained. */
function naiveOutcome(
  event: Event,
  at: number,
  rules: Rule[],
  schema: Schema,
): Outcome | undefined {
  const { builtIn, windows } = schema;
  const tags: Record<string, string> = {};
  const keys = schema.keys.map(({ path }) => toText(scalarAt(event, path)));
  for (const { when, drop, set = {} } of rules) {
    const met = Object.entries(when).every(([field, condition]) =>
      naiveTest(
        naiveField(event, field, schema),
        condition,
        findField(field, schema).kind === "time",
      )
    );
    if (!met) continue;
    if (drop) return undefined;
    for (const [name, value] of Object.entries(set)) {
      const key = builtIn
        ? -1
        : schema.keys.findIndex((each) => each.name === name);
      if (key >= 0) keys[key] = JSON.stringify(value);
      else tags[name] = String(value);
    }
  }
  const given = schema.values.map(({ path }) => scalarAt(event, path));
  const item = builtIn && event["type"] === "work"
    ? readWorkItem(event["work"], 0)
    : undefined;
  return {
    keys,
    values: schema.values.map(({ as }, value) => naiveValue(given[value]!, as)),
    exact: given.map((each) =>
      typeof each === "bigint" ? String(each) : undefined
    ),
    tags,
    score: typeof item === "object" ? score(item) : undefined,
    timeMs: windows ? timeOf(event, schema)! : undefined,
    line: windows ? at + 1 : undefined,
  };
}

function naiveValue(value: Json, as: string): number {
  if (value === null) return NaN;
  return as === "integer" ? Math.trunc(Number(value)) : Number(value);
}

function naiveField(event: Event, field: string, schema: Schema): Json {
  const path = field.split(".");
  const isIt = (each: { path: string[] }) => each.path.join(".") === field;
  if (isIt(schema.time!)) return timeOf(event, schema);
  const value = scalarAt(event, path);
  const of = schema.values.find(isIt);
  return of && value !== null ? naiveValue(value, of.as) : value;
}

function naiveTest(
  value: Json,
  condition: Condition,
  isTime: boolean,
): boolean {
  if (Array.isArray(condition)) {
    return naiveTest(value, { in: condition }, isTime);
  }
  if (typeof condition !== "object") {
    return naiveTest(value, { eq: condition }, isTime);
  }
  return Object.entries(condition).every(([name, given]) => {
    const operands = [given].flat().map((each): Json =>
      isTime && typeof each === "string" ? new Date(each).getTime() : each!
    );
    const [operand] = operands;
    const comparable = typeof value === typeof operand && value !== null &&
      operand !== null;
    switch (name) {
      case "eq":
      case "in":
        return operands.some((each) => each === value);
      case "ne":
      case "not_in":
        return !operands.some((each) => each === value);
      case "exists":
        return (value !== null) === given;
      case "lt":
        return comparable && value < operand!;
      case "lte":
        return comparable && (value < operand! || value === operand);
      case "gt":
        return comparable && value > operand!;
      default:
        return comparable && (value > operand! || value === operand);
    }
  });
}

function toText(value: Json): string {
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** Applies the rules to the columns of the events. */
function outcomes(
  events: Event[],
  rules: Rule[],
  schema: Schema = BUILT_IN,
): Outcome[] {
  const { fields, tags, createTransform } = createRules(rules, schema);

  const result = createTransform()(eventBatch(events, schema, fields));

  assertEquals(result.filtered + result.rows, events.length);
  assertEquals([result.columns, result.work], [[], []]);
  const keys = keysOf(result, schema);
  const tagged = tagsOf(result, tags);
  return rowsOf(result, (row) => {
    const scored = result.scoreRow.indexOf(row);
    const line = result.line?.[row];
    assertEquals(result.lineOffset?.[row], line && line * 100);
    return {
      keys: keys[row]!,
      values: result.values.map(({ value }) => value[row]!),
      exact: result.values.map(({ exact }) =>
        exact.find((each) => each.row === row)?.decimal
      ),
      tags: tagged[row]!,
      score: scored < 0 ? undefined : result.score[scored],
      timeMs: result.timeMs?.[row],
      line,
    };
  });
}

const TIMES = [
  "2026-01-01T00:00:00.000Z",
  "2026-01-01T00:00:00.500Z",
  "2026-03-31T12:00:00+02:00",
];
const text = fc.constantFrom("", "a", "b", "é", "__proto__", "1");
const scalar = fc.oneof(text, fc.integer({ min: -2, max: 2 }), fc.boolean());
const time = fc.constantFrom<string | number>(...TIMES, Date.UTC(2026, 0, 1));
const number = fc.constantFrom(-3, -1, -0.5, 0, 0.5, 1, 2.25, 1_023, 1_024);
const integer = fc.oneof(
  fc.constantFrom<number | bigint>(-1.9, 1.9, 9_007_199_254_740_991),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(9_007_199_254_740_993n, -90_071_992_547_409_929_999n),
);

const builtInEvent = fc.record({
  ts: fc.constantFrom(...TIMES),
  type: fc.constantFrom(...TYPES),
  user: text,
  value: integer,
  metadata: fc.dictionary(fc.constantFrom("p", "q"), fc.option(scalar)),
  work: fc.record({
    vectors: fc.constant([[1, 2]]),
    matrix: fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => [[a, 1], [1, b]]),
    text: fc.constant(""),
    iterations: fc.integer({ min: 1, max: 3 }),
  }),
});
const seconds = fc.constantFrom(0, 0.5, Date.UTC(2026, 0, 1) / 1_000);
const optional = {
  request: fc.oneof(
    fc.constantFrom<Json>("none", ["host"]),
    fc.dictionary(fc.constantFrom("host", "p"), fc.option(scalar)),
  ),
  kind: fc.constantFrom<Json>("a", "b", 2, null),
  status: fc.option(scalar),
  ms: fc.option(number),
  size: fc.option(integer),
};
const customEvent = fc.record(
  { ...optional, user: text, at: seconds },
  { requiredKeys: ["user"] },
);
const windowedEvent = fc.record(
  { ...optional, user: text, at: seconds },
  { requiredKeys: ["user", "at"] },
);

function condition<T extends string | number | boolean>(
  operand: fc.Arbitrary<T>,
): fc.Arbitrary<Condition> {
  const list = fc.array(operand, { minLength: 1, maxLength: 3 });
  const test = fc.oneof(
    ...["eq", "ne", "lt", "lte", "gt", "gte"].map((name) =>
      operand.map((value): object => ({ [name]: value }))
    ),
    ...["in", "not_in"].map((name) =>
      list.map((values): object => ({ [name]: values }))
    ),
    fc.boolean().map((exists): object => ({ exists })),
  );
  const tests = fc.tuple(test, test).map(([one, other]) => ({
    ...one,
    ...other,
  }));
  return fc.oneof(operand, list, tests as fc.Arbitrary<Condition>);
}

function rulesOf(
  fields: Record<string, fc.Arbitrary<Condition>>,
  settings: Record<string, fc.Arbitrary<Json>>,
): fc.Arbitrary<Rule[]> {
  const entries = <T>(of: Record<string, fc.Arbitrary<T>>, min: number) =>
    fc.uniqueArray(
      fc.oneof(
        ...Object.entries(of).map(([name, value]) =>
          value.map((each): [string, T] => [name, each])
        ),
      ),
      { selector: ([name]) => name, minLength: min, maxLength: 2 },
    ).map((given) => Object.fromEntries(given));
  const rule = fc.record({
    name: fc.constant("r"),
    when: entries(fields, 0),
    effect: fc.oneof(
      fc.constant({ drop: true }),
      entries(settings, 1).map((set) => ({ set })),
    ),
  }).map(({ effect, ...rule }) => ({ ...rule, ...effect }) as Rule);
  return fc.array(rule, { maxLength: 4 });
}

const tagged = {
  tier: fc.constantFrom("x", "y", "z"),
  kind: fc.constantFrom("x", "y"),
};
const builtInRules = rulesOf({
  "type": condition(fc.constantFrom(...TYPES, "other")),
  "value": condition(fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constant(9_007_199_254_740_992),
  )),
  "user": condition(text),
  "ts": condition(time),
  "metadata.p": condition(scalar),
  "metadata.q": condition(scalar),
}, { ...tagged, type: fc.constantFrom("x", "y") });
const customRules = rulesOf({
  "request.host": condition(scalar),
  "request.p": condition(scalar),
  "kind": condition(fc.constantFrom<string | number>("a", "b", "c", 2)),
  "status": condition(scalar),
  "ms": condition(number),
  "size": condition(fc.constantFrom(-1, 0, 1, 9_007_199_254_740_992)),
  "at": condition(time),
  "user": condition(text),
}, {
  tier: tagged.tier,
  host: scalar,
  status: scalar,
  kind: fc.constantFrom<Json>("a", "b", 2, null),
});

const CASES: [
  name: string,
  schema: Schema,
  event: fc.Arbitrary<object>,
  rules: fc.Arbitrary<Rule[]>,
][] = [
  ["the events built in", BUILT_IN, builtInEvent, builtInRules],
  ["any events", CUSTOM, customEvent, customRules],
  ["any events in windows", WINDOWED, windowedEvent, customRules],
];

for (const [name, schema, event, rules] of CASES) {
  Deno.test(`createTransform() does to columns of ${name} what the rules say of each`, () => {
    fc.assert(
      fc.property(
        fc.array(event as fc.Arbitrary<Event>, { maxLength: 5 }),
        rules,
        (events, rules) => {
          const expected = events
            .map((event, at) => naiveOutcome(event, at, rules, schema))
            .filter((outcome) => outcome !== undefined);

          assertEquals(outcomes(events, rules, schema), expected);
        },
      ),
      { numRuns: 3_400 },
    );
  });
}

const EVENT: Event = { ts: TIMES[0]!, type: "click", user: "u1", value: 5 };

Deno.test("createTransform() lets a later rule set a tag again", () => {
  const [outcome] = outcomes([EVENT], [
    { name: "a", when: {}, set: { tier: "low", kind: "x" } },
    { name: "b", when: { value: 5 }, set: { tier: "high" } },
    { name: "c", when: { value: 6 }, set: { tier: "none" } },
  ]);

  assertEquals(outcome?.tags, { tier: "high", kind: "x" });
});

Deno.test("createTransform() does not score the work items it drops", () => {
  const work = { vectors: [], matrix: [[2]], text: "", iterations: 1 };
  const batch = eventBatch([{ ...EVENT, type: "work", work }], BUILT_IN);

  const result = createRules([{ name: "a", when: {}, drop: true }], BUILT_IN)
    .createTransform()(batch);

  assertEquals(result.score.length, 0);
  assertEquals(result.filtered, 1);
});

Deno.test("createTransform() passes on what is not of one event", () => {
  const reject = {
    line: 1,
    offset: 0,
    stage: "parse",
    reason: "not JSON",
    text: Uint8Array.of(0x3f),
    length: 1,
  };
  const passed = { rejects: [reject], filtered: 3, fractionsCut: 2 };
  const batch = { ...eventBatch([EVENT], BUILT_IN), ...passed };

  const result = createRules([], BUILT_IN).createTransform()(batch);

  assertEquals({ ...result, keys: [] }, { ...batch, keys: [] });
});

Deno.test("createTransform() can be used for batches of any size, one after the other", () => {
  const rules: Rule[] = [
    { name: "a", when: { ms: { lt: 0 } }, drop: true },
    { name: "b", when: { ms: 1 }, set: { status: "one", tier: "x" } },
  ];
  const { tags, createTransform } = createRules(rules, CUSTOM);
  const transform = createTransform();
  const row = (ms: number): Event => ({ user: "u", status: ms, ms });

  const results = [[1, -1, 2], [], [-1, -1], [2, 1, -1, 1, 3]].map((all) =>
    transform(eventBatch(all.map(row), CUSTOM))
  );

  assertEquals(
    results.map((result) => keysOf(result, CUSTOM).map((keys) => keys[2])),
    [['"one"', "2"], [], [], ["2", '"one"', '"one"', "3"]],
  );
  assertEquals(results.map((result) => tagsOf(result, tags).length), [
    2,
    0,
    0,
    4,
  ]);
});

const REQUESTS: Event[] = [
  { user: "u", request: { host: "x.org" }, kind: "a", status: 200, ms: 0.25 },
  { user: "u", request: { host: 1 }, kind: "b", status: "200", size: 10 },
  {
    user: "v",
    kind: 2,
    status: 404,
    ms: 1_023.5,
    size: 9_007_199_254_740_993n,
  },
];

/** Which of the requests meets a condition, by number. */
const MET: [when: Rule["when"], by: number[]][] = [
  [{ "request.host": "x.org" }, [0]],
  [{ "request.host": 1 }, [1]],
  [{ "request.host": { exists: false } }, [2]],
  [{ "request": { exists: false } }, [0, 1, 2]],
  [{ "host": { exists: false } }, [0, 1, 2]],
  [{ "status": 200 }, [0]],
  [{ "status": "200" }, [1]],
  [{ "status": { gte: 400 } }, [2]],
  [{ "ms": 0.25 }, [0]],
  [{ "ms": 0 }, []],
  [{ "ms": { gt: 0.2, lt: 0.3 } }, [0]],
  [{ "ms": { exists: false } }, [1]],
  [{ "ms": { exists: true } }, [0, 2]],
  [{ "ms": { ne: 0.25 } }, [1, 2]],
  [{ "ms": { not_in: [0.25, 1_023.5] } }, [1]],
  [{ "ms": { lt: 1e9 } }, [0, 2]],
  [{ "size": { exists: false } }, [0]],
  [{ "size": { ne: 10 } }, [0, 2]],
  [{ "size": { gt: 10 } }, [2]],
  [{ "kind": ["a", 2] }, [0, 2]],
  [{ "kind": { ne: "a" } }, [1, 2]],
  [{ "user": { gt: "u" } }, [2]],
  [{ "at": { exists: false } }, [0, 1, 2]],
];

for (const [when, by] of MET) {
  Deno.test(`createTransform() finds ${JSON.stringify(when)} in requests ${JSON.stringify(by)}`, () => {
    const rules = [{ name: "met", when, set: { met: "yes" } }];

    const tags = outcomes(REQUESTS, rules, CUSTOM).map(({ tags }) => tags);

    assertEquals(tags.flatMap(({ met }, at) => met ? [at] : []), by);
  });
}

/** The host, the kind and the status of what is left of the requests. */
const WRITTEN: [what: string, rules: Omit<Rule, "name">[], keys: string[][]][] =
  [
    ["an open key to text", [
      { when: { status: 404 }, set: { status: "lost" } },
    ], [
      ['"x.org"', '"a"', "200"],
      ["1", '"b"', '"200"'],
      ["null", "2", '"lost"'],
    ]],
    ["an open key to what the events have already", [
      { when: { status: "200" }, set: { status: 200 } },
    ], [
      ['"x.org"', '"a"', "200"],
      ["1", '"b"', "200"],
      ["null", "2", "404"],
    ]],
    ["an open key to a number, as JSON writes it", [
      { when: {}, set: { status: -0, host: 1e-8 } },
    ], [
      ["1e-8", '"a"', "0"],
      ["1e-8", '"b"', "0"],
      ["1e-8", "2", "0"],
    ]],
    ["a key that is one of a few", [
      { when: { ms: { exists: true } }, set: { kind: "b" } },
      { when: { ms: { exists: false } }, set: { kind: null } },
    ], [
      ['"x.org"', '"b"', "200"],
      ["1", "null", '"200"'],
      ["null", '"b"', "404"],
    ]],
    ["a key again by a later rule", [
      { when: {}, set: { status: true } },
      { when: { user: "u" }, set: { status: false } },
    ], [
      ['"x.org"', '"a"', "false"],
      ["1", '"b"', "false"],
      ["null", "2", "true"],
    ]],
    ["a key that conditions go on to see as it came", [
      { when: { status: 200 }, set: { status: 404 } },
      { when: { status: 404 }, set: { host: "seen" } },
    ], [
      ['"x.org"', '"a"', "404"],
      ["1", '"b"', '"200"'],
      ['"seen"', "2", "404"],
    ]],
    ["no key of the event behind one that is dropped", [
      { when: { user: "u" }, set: { status: "low", kind: "b" } },
      { when: { user: "u" }, drop: true },
    ], [
      ["null", "2", "404"],
    ]],
  ];

for (const [what, rules, keys] of WRITTEN) {
  Deno.test(`createTransform() sets ${what}`, () => {
    const named = rules.map((rule, at) => ({ name: `r${at}`, ...rule }));

    const written = outcomes(REQUESTS, named, CUSTOM);

    assertEquals(written.map(({ keys }) => keys), keys);
    assertEquals(createRules(named, CUSTOM).tags, []);
  });
}

Deno.test("createTransform() adds what rules set to a dictionary, each once", () => {
  const { fields, createTransform } = createRules([
    { name: "a", when: { user: "nobody" }, set: { status: 200, kind: "b" } },
    { name: "b", when: {}, set: { status: "new" } },
    { name: "c", when: { user: "v" }, set: { status: "new", host: "x.org" } },
  ], CUSTOM);
  const batch = eventBatch(REQUESTS, CUSTOM, fields);

  const result = createTransform()(batch);

  assertEquals(result.keys.map(({ dictionary }) => dictionary), [
    ["null", '"x.org"', "1"],
    [],
    ["null", "200", '"200"', "404", '"new"'],
  ]);
  assertEquals(batch, eventBatch(REQUESTS, CUSTOM, fields));
});

Deno.test("createRules() asks for each field once, but for keys and values", () => {
  const builtIn = createRules([
    { name: "a", when: { type: "x", value: 1, user: "u" }, drop: true },
    { name: "b", when: { ts: TIMES[0]!, user: "v" }, drop: true },
    { name: "c", when: { "metadata.a.b": 1 }, drop: true },
  ], BUILT_IN);
  const custom = createRules([
    {
      name: "a",
      when: { "size": 1, "request.host": "x", "a.b": 1 },
      drop: true,
    },
    { name: "b", when: { at: 0, kind: "a", host: "x" }, drop: true },
  ], CUSTOM);

  assertEquals(builtIn.fields, [
    { path: ["user"], isTime: false },
    { path: ["ts"], isTime: true },
    { path: ["metadata", "a", "b"], isTime: false },
  ]);
  assertEquals(custom.fields, [
    { path: ["a", "b"], isTime: false },
    { path: ["at"], isTime: true },
    { path: ["host"], isTime: false },
  ]);
});

Deno.test("createRules() finds a field whose name has a dot where the schema names it", () => {
  const schema = { ...CUSTOM, keys: [keyField(["http.host"], "host")] };
  const rules = [{
    name: "a",
    when: { "http.host": "x" },
    drop: true as const,
  }];

  const { fields, createTransform } = createRules(rules, schema);
  const result = createTransform()(eventBatch([
    { user: "u", "http.host": "x" },
    { user: "u", http: { host: "x" } },
  ], schema));

  assertEquals(fields, []);
  assertEquals(keysOf(result, schema), [["null"]]);
});

Deno.test("createRules() takes 255 values of a tag and refuses one more", () => {
  const rules = (count: number): Rule[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `r${index}`,
      when: { value: index },
      set: { tier: `t${index}` },
    }));

  const [outcome] = outcomes([{ ...EVENT, value: 254 }], rules(255));

  assertEquals(outcome?.tags, { tier: "t254" });
  assertThrows(
    () => createRules(rules(256), BUILT_IN),
    UsageError,
    'Cannot use the rules: tag "tier" has over 255 values',
  );
});

Deno.test("createRules() takes any number of values of a key", () => {
  const rules = Array.from({ length: 300 }, (_, at): Rule => ({
    name: `r${at}`,
    when: { size: at },
    set: { status: `s${at}` },
  }));

  const [outcome] = outcomes([{ user: "u", size: 299 }], rules, CUSTOM);

  assertEquals(outcome?.keys, ["null", "null", '"s299"']);
});

Deno.test("createRules() names the rule whose bound is no date", () => {
  assertThrows(
    () =>
      createRules([{ name: "a", when: { ts: "soon" }, drop: true }], BUILT_IN),
    UsageError,
    'Cannot use rule "a": ts: "soon" is not a date and time with zone (RFC 3339), such as 2026-01-31T12:00:00Z',
  );
});

Deno.test("createRules() names the rule that sets a key to what it cannot be", () => {
  assertThrows(
    () => createRules([{ name: "a", when: {}, set: { kind: "c" } }], CUSTOM),
    UsageError,
    'Cannot use rule "a": it sets "kind" to "c", which can only be "a", "b", 2, null',
  );
});

Deno.test("createRules() tests a value alike whether it is usual or not", () => {
  // Negative, zero, small, around 1,024, large, and beyond what a double holds.
  const values = [
    -1_024,
    -1,
    0,
    1,
    10,
    1_022,
    1_023,
    1_024,
    1_025,
    2 ** 40,
    2 ** 60,
  ];
  const bounds = [-1, 0, 0.5, 1_022.5, 1_023, 1_024, 2 ** 40];
  const events = values.map((value) => ({ ...EVENT, value }));
  for (const operator of ["eq", "ne", "lt", "lte", "gt", "gte"] as const) {
    for (const bound of bounds) {
      const rule: Rule = {
        name: "drop",
        when: { value: { [operator]: bound } },
        drop: true,
      };

      const kept = outcomes(events, [rule]).map(({ values }) => values[0]);

      assertEquals(
        kept,
        values.filter((each) => !naiveTest(each, { [operator]: bound }, false)),
        `${operator} ${bound}`,
      );
    }
  }
});
