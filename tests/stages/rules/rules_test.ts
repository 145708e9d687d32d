import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { EventBatch } from "../../../proto/pipeline/batches.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import { readWorkItem, score } from "../../../stages/events/work_item.ts";
import { createParse } from "../../../stages/parse/parse.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import type { Condition, Rule } from "../../../stages/rules/rules_file.ts";
import { rawBatch } from "../../support/raw_batch.ts";

const TYPES = ["click", "view", "work"];

type Json = string | number | boolean | null;

/** An event as its line has it; `value` as JSON text. */
interface Event {
  ts: string;
  type: string;
  user: string;
  value: string;
  metadata: Record<string, Json>;
  work: unknown;
}

/** What became of one event. */
interface Outcome {
  type: string;
  value: number;
  exact: string | undefined;
  tags: Record<string, string>;
  score: number | undefined;
}

/** Runs the rules on one event, the way the rules file is explained. */
function naiveOutcome(event: Event, rules: Rule[]): Outcome | undefined {
  const tags: Record<string, string> = {};
  for (const { when, drop, set } of rules) {
    const met = Object.entries(when).every(([field, condition]) =>
      naiveTest(naiveField(event, field), condition, field === "ts")
    );
    if (!met) continue;
    if (drop) return undefined;
    Object.assign(tags, set);
  }
  const item = event.type === "work" ? readWorkItem(event.work, 0) : undefined;
  const value = Math.trunc(Number(event.value));
  return {
    type: event.type,
    value,
    exact: Number.isSafeInteger(value) ? undefined : event.value,
    tags,
    score: typeof item === "object" ? score(item) : undefined,
  };
}

function naiveField(event: Event, field: string): Json {
  switch (field) {
    case "type":
    case "user":
      return event[field];
    case "value":
      return Math.trunc(Number(event.value));
    case "ts":
      return new Date(event.ts).getTime();
    default:
      return event.metadata[field.replace("metadata.", "")] ?? null;
  }
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

/** Writes the events down, parses them and applies the rules to the columns. */
function outcomes(events: Event[], rules: Rule[]): Outcome[] {
  const compiled = createRules(rules);
  const parsed = createParse({ types: TYPES, fields: compiled.fields })(
    rawBatch(events.map(toLine).join("")),
  );
  assertEquals(parsed.rejects, []);

  const result = compiled.createTransform(TYPES)(parsed);

  assertEquals(
    result.filtered + result.type.length,
    events.length,
  );
  return rowsOf(result, compiled.tags);
}

function toLine({ value, ...event }: Event): string {
  return `${JSON.stringify(event).slice(0, -1)},"value":${value}}\n`;
}

function rowsOf(
  batch: EventBatch,
  tags: { name: string; values: string[] }[],
): Outcome[] {
  return Array.from(batch.type, (type, row) => {
    const scored = batch.scoreRow.indexOf(row);
    return {
      type: TYPES[type]!,
      value: batch.value[row]!,
      exact: batch.exact.find((each) => each.row === row)?.decimal,
      tags: Object.fromEntries(tags.flatMap(({ name, values }, tag) => {
        const at = batch.tags[tag]![row]!;
        return at > 0 ? [[name, values[at - 1]!]] : [];
      })),
      score: scored < 0 ? undefined : batch.score[scored],
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
const work = fc.record({
  vectors: fc.constant([[1, 2]]),
  matrix: fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => [[a, 1], [1, b]]),
  text: fc.constant(""),
  iterations: fc.integer({ min: 1, max: 3 }),
});
const event: fc.Arbitrary<Event> = fc.record({
  ts: fc.constantFrom(...TIMES),
  type: fc.constantFrom(...TYPES),
  user: text,
  value: fc.oneof(
    fc.integer({ min: -3, max: 3 }).map(String),
    fc.constantFrom(
      "1.9",
      "-1.9",
      "9007199254740993",
      "-90071992547409929999",
      "9007199254740991",
    ),
  ),
  metadata: fc.dictionary(fc.constantFrom("p", "q"), fc.option(scalar)),
  work,
});

function condition<T extends string | number | boolean>(
  operand: fc.Arbitrary<T>,
): fc.Arbitrary<Condition> {
  const list = fc.array(operand, { minLength: 1, maxLength: 3 });
  const test = fc.record({
    eq: operand,
    ne: operand,
    lt: operand,
    lte: operand,
    gt: operand,
    gte: operand,
    in: list,
    not_in: list,
    exists: fc.boolean(),
  }, { requiredKeys: [] }).filter((test) => Object.keys(test).length > 0);
  return fc.oneof(operand, list, test as fc.Arbitrary<Condition>);
}

const when = fc.record({
  "type": condition(fc.constantFrom(...TYPES, "other")),
  "value": condition(fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constant(9_007_199_254_740_992),
  )),
  "user": condition(text),
  "ts": condition(
    fc.constantFrom<string | number>(...TIMES, Date.UTC(2026, 0, 1)),
  ),
  "metadata.p": condition(scalar),
  "metadata.q": condition(scalar),
}, { requiredKeys: [] });
const rule: fc.Arbitrary<Rule> = fc.tuple(
  when,
  fc.oneof(
    fc.constant({ drop: true as const }),
    fc.record({
      set: fc.dictionary(
        fc.constantFrom("tier", "kind"),
        fc.constantFrom("x", "y", "z"),
        { minKeys: 1 },
      ),
    }),
  ),
).map(([when, effect]) => ({ name: "r", when, ...effect }) as Rule);

Deno.test("createTransform() does to columns what the rules say of one event", () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 12 }),
      fc.array(rule, { maxLength: 5 }),
      (events, rules) => {
        const expected = events.map((event) => naiveOutcome(event, rules))
          .filter((outcome) => outcome !== undefined);

        assertEquals(outcomes(events, rules), expected);
      },
    ),
    { numRuns: 500 },
  );
});

const EVENT: Event = {
  ts: TIMES[0]!,
  type: "click",
  user: "u1",
  value: "5",
  metadata: {},
  work: null,
};

Deno.test("createTransform() lets a later rule set a tag again", () => {
  const [outcome] = outcomes([EVENT], [
    { name: "a", when: {}, set: { tier: "low", kind: "x" } },
    { name: "b", when: { value: 5 }, set: { tier: "high" } },
    { name: "c", when: { value: 6 }, set: { tier: "none" } },
  ]);

  assertEquals(outcome?.tags, { tier: "high", kind: "x" });
});

Deno.test("createTransform() does not score the work items it drops", () => {
  const batch = createParse({ types: TYPES, fields: [] })(
    rawBatch(toLine({
      ...EVENT,
      type: "work",
      work: { vectors: [], matrix: [[2]], text: "", iterations: 1 },
    })),
  );

  const result = createRules([{ name: "a", when: {}, drop: true }])
    .createTransform(TYPES)(batch);

  assertEquals(result.score.length, 0);
  assertEquals(result.filtered, 1);
});

Deno.test("createTransform() passes rejects and earlier drops on", () => {
  const batch = createParse({ types: TYPES, fields: [] })(rawBatch("?\n!\n"));

  const result = createRules([]).createTransform(TYPES)({
    ...batch,
    filtered: 3,
  });

  assertEquals(result.rejects, batch.rejects);
  assertEquals(result.filtered, 3);
  assertEquals([result.begin, result.end], [batch.begin, batch.end]);
});

Deno.test("createRules() asks for each field once, but for type and value", () => {
  const { fields } = createRules([
    { name: "a", when: { type: "x", value: 1, user: "u" }, drop: true },
    { name: "b", when: { ts: TIMES[0]!, user: "v" }, drop: true },
    { name: "c", when: { "metadata.a.b": 1 }, drop: true },
  ]);

  assertEquals(fields, ["user", "ts", "metadata.a.b"]);
});

Deno.test("createRules() takes 255 values of a tag and refuses one more", () => {
  const rules = (count: number): Rule[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `r${index}`,
      when: { value: index },
      set: { tier: `t${index}` },
    }));

  const [outcome] = outcomes([{ ...EVENT, value: "254" }], rules(255));

  assertEquals(outcome?.tags, { tier: "t254" });
  assertThrows(
    () => createRules(rules(256)),
    UsageError,
    'Cannot use the rules: tag "tier" has over 255 values',
  );
});

Deno.test("createRules() names the rule whose bound is no date", () => {
  assertThrows(
    () => createRules([{ name: "a", when: { ts: "soon" }, drop: true }]),
    UsageError,
    'Cannot use rule "a": ts: "soon" is not a date and time with zone (RFC 3339), such as 2026-01-31T12:00:00Z',
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
  const batch = (): EventBatch =>
    createParse({ types: TYPES, fields: [] })(
      rawBatch(
        values.map((value) =>
          `{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u","value":${value}}\n`
        ).join(""),
      ),
    );
  for (const operator of ["eq", "ne", "lt", "lte", "gt", "gte"] as const) {
    for (const bound of bounds) {
      const rule: Rule = {
        name: "drop",
        when: { value: { [operator]: bound } },
        drop: true,
      };

      const { value } = createRules([rule]).createTransform(TYPES)(batch());

      assertEquals(
        [...value],
        values.filter((each) => !naiveTest(each, { [operator]: bound }, false)),
        `${operator} ${bound}`,
      );
    }
  }
});
