import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type EventBatch,
  type Position,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  type Aggregate,
  createAggregate,
  describeTooManyRejects,
  type Result,
  type Snapshot,
} from "../../../stages/aggregate/aggregate.ts";
import { openEvents } from "../../../stages/events/event_batch.ts";
import { readWorkItem, score } from "../../../stages/events/work_item.ts";
import { createParse } from "../../../stages/parse/parse.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import type { Rule } from "../../../stages/rules/rules_file.ts";
import { readAll, toBytes } from "../../support/raw_batch.ts";

const TYPES = ["view", "click", "work", "unused"];
const RULES: Rule[] = [
  { name: "a", when: { value: { gt: 100, lt: 200 } }, drop: true },
  { name: "b", when: {}, set: { kind: "x" } },
  { name: "c", when: { value: { gte: 0 } }, set: { kind: "y", sign: "plus" } },
];

/** One line of the input, and what is expected of it. */
type Line = { type: string; value: bigint; factor: number } | "blank" | "bad";

function toJson({ type, value, factor }: Exclude<Line, string>): string {
  const work = { vectors: [[1]], matrix: [[factor]], text: "", iterations: 2 };
  return `{"ts":"2026-01-01T00:00:00Z","type":"${type}","user":"u",` +
    `"value":${value},"work":${JSON.stringify(work)}}`;
}

function toText(lines: Line[]): string {
  return lines.map((line) =>
    line === "blank" ? "\n" : line === "bad" ? "?\n" : `${toJson(line)}\n`
  ).join("");
}

async function run(text: string, batch: number): Promise<Aggregate> {
  const rules = createRules(RULES);
  const parse = createParse({ types: TYPES, fields: rules.fields });
  const transform = rules.createTransform(TYPES);
  const aggregate = createAggregate({ types: TYPES, tags: rules.tags });
  for (const raw of await readAll(text, { batch })) {
    aggregate.apply(transform(parse(raw)));
  }
  return aggregate;
}

const value = fc.oneof(
  fc.integer({ min: -300, max: 300 }).map(BigInt),
  fc.maxSafeInteger().map(BigInt),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.constantFrom(
    2n ** 53n,
    2n ** 53n - 1n,
    2n ** 53n + 1n,
    -(2n ** 53n),
    10n ** 300n,
    -(10n ** 300n),
  ),
);
const lines = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constantFrom("click", "view", "work"),
        value,
        factor: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom("blank" as const, "bad" as const) },
  ),
  { maxLength: 40 },
);
const batch = fc.integer({ min: 1, max: 45 });

Deno.test("createAggregate() counts, sums and bounds as bigints do", async () => {
  await fc.assert(fc.asyncProperty(lines, batch, async (lines, batch) => {
    const aggregate = await run(toText(lines), batch);

    const events = lines.filter((line) => typeof line === "object");
    const kept = events.filter(({ value }) => value <= 100n || value >= 200n);
    const rejected = lines.filter((line) => line === "bad").length;
    assertEquals(aggregate.totals, {
      events: events.length + rejected,
      rejected,
      filtered: events.length - kept.length,
    });
    const results = aggregate.results();
    assertEquals(
      results.map(({ key, count }) => [key, count]),
      ["click", "view", "work"]
        .map((key) => [key, kept.filter(({ type }) => type === key).length])
        .filter(([, count]) => count !== 0),
    );
    for (const { key, sum, min, max, avg, count } of results) {
      if (key === "work") continue;
      const values = kept.filter(({ type }) => type === key)
        .map(({ value }) => value);
      const total = values.reduce((a, b) => a + b);
      values.sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
      assertEquals(
        [sum, min, max],
        [total, values[0], values.at(-1)].map(String),
      );
      const error = Math.abs(avg - Number(total) / count);
      assert(error <= Math.abs(avg) * 2 ** -51, `${avg} for ${total}/${count}`);
    }
  }));
});

Deno.test("createAggregate() sums the scores of work items in the order of the input", async () => {
  await fc.assert(fc.asyncProperty(lines, batch, async (lines, batch) => {
    const aggregate = await run(toText(lines), batch);

    const scores = lines.filter((line) => typeof line === "object")
      .filter(({ type, value }) =>
        type === "work" && (value <= 100n || value >= 200n)
      ).map((line) => {
        const item = readWorkItem(JSON.parse(toJson(line)).work, 0);
        return typeof item === "object" ? score(item) : NaN;
      });
    const sum = scores.reduce((a, b) => a + b, 0);
    const result = aggregate.results().find(({ key }) => key === "work");
    assertEquals(
      result && [result.sum, result.min, result.max, result.avg],
      scores.length === 0 ? undefined : [
        String(sum),
        String(Math.min(...scores)),
        String(Math.max(...scores)),
        sum / scores.length,
      ],
    );
  }));
});

Deno.test("createAggregate() gives the same results whatever the batches are", async () => {
  await fc.assert(
    fc.asyncProperty(lines, batch, batch, async (lines, one, other) => {
      const text = toText(lines);

      const [first, second] = [await run(text, one), await run(text, other)];

      assertEquals(first.results(), second.results());
      assertEquals(first.totals, second.totals);
      assertEquals(first.position, second.position);
    }),
  );
});

/** A snapshot as a checkpoint gives it back. */
function throughJson(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot));
}

/** What a run does next: counts a batch of so many events, saves, or dies. */
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 8 }) },
    { weight: 2, arbitrary: fc.constant("save" as const) },
    // Goes on from any of what was saved: the newest may have been damaged.
    { weight: 2, arbitrary: fc.record({ dies: fc.nat() }) },
  ),
  { maxLength: 60 },
);

Deno.test("createAggregate() counts each event once, whatever dies and is done again", async () => {
  await fc.assert(
    fc.asyncProperty(lines, steps, async (lines, steps) => {
      const text = toText(lines);
      const rules = createRules(RULES);
      const parse = createParse({ types: TYPES, fields: rules.fields });
      const transform = rules.createTransform(TYPES);
      const kind = { types: TYPES, tags: rules.tags };
      let aggregate = createAggregate(kind);
      const saved: Snapshot[] = [throughJson(aggregate.snapshot())];
      /** Counts the next batch of the input, if there is one. */
      const countNext = async (batch: number): Promise<boolean> => {
        const from = aggregate.position;
        const [next] = await readAll(text, { batch, from });
        if (next) aggregate.apply(transform(parse(next)));
        return next !== undefined;
      };

      for (const step of steps) {
        if (step === "save") saved.push(throughJson(aggregate.snapshot()));
        else if (typeof step === "number") await countNext(step);
        else aggregate = createAggregate(kind, saved[step.dies % saved.length]);
      }
      while (await countNext(5));

      const undisturbed = await run(text, 7);
      assertEquals(aggregate.results(), undisturbed.results());
      assertEquals(aggregate.totals, undisturbed.totals);
      assertEquals(aggregate.position, undisturbed.position);
      assertEquals(
        throughJson(aggregate.snapshot()),
        throughJson(undisturbed.snapshot()),
      );
    }),
    { numRuns: 300 },
  );
});

Deno.test("snapshot() does not change with what is counted after it", () => {
  const aggregate = createAggregate({
    types: ["a"],
    tags: [{ name: "kind", values: ["x"] }],
  });
  const tagged = { tags: [Uint8Array.of(1)] };
  aggregate.apply(batchOf(tagged));

  const snapshot = aggregate.snapshot();
  const before = structuredClone(snapshot);
  aggregate.apply(batchOf({ ...tagged, begin: at(1), end: at(2) }));
  createAggregate(snapshot, snapshot).apply(
    batchOf({ ...tagged, begin: at(1), end: at(2) }),
  );

  assertEquals(snapshot, before);
});

const KIND = {
  types: ["a", "b"],
  tags: [{ name: "t", values: ["x", "y"] }, { name: "u", values: [] }],
};

/** What a run may not go on with, and why it looks alike. */
const OTHER_KINDS: Record<string, typeof KIND> = {
  "a type more": { ...KIND, types: ["a", "b", "c"] },
  "a type less": { ...KIND, types: ["a"] },
  "types in another order": { ...KIND, types: ["b", "a"] },
  "types that only look the same in a row": { ...KIND, types: ["a,b"] },
  "a tag more": { ...KIND, tags: [...KIND.tags, { name: "v", values: [] }] },
  "tags in another order": { ...KIND, tags: KIND.tags.toReversed() },
  "another tag": {
    ...KIND,
    tags: [{ name: "w", values: ["x", "y"] }, KIND.tags[1]!],
  },
  "other values of a tag": {
    ...KIND,
    tags: [{ name: "t", values: ["x"] }, KIND.tags[1]!],
  },
};

for (const [what, kind] of Object.entries(OTHER_KINDS)) {
  Deno.test(`createAggregate() refuses to go on with ${what}`, () => {
    const snapshot = throughJson(createAggregate(KIND).snapshot());

    assertEquals(createAggregate(KIND, snapshot).results(), []);
    assertThrows(
      () => createAggregate(kind, snapshot),
      RangeError,
      "Cannot go on from what was saved: it is of other types or rules",
    );
  });
}

Deno.test("createAggregate() counts the values of each tag by type", async () => {
  const event = (type: string, value: bigint) => ({ type, value, factor: 1 });
  const text = toText([
    event("view", -1n),
    event("view", 5n),
    event("view", 6n),
    event("click", -1n),
    event("work", 10n ** 20n),
  ]);

  const results = (await run(text, 2)).results();

  assertEquals(results.map(({ key, tags }) => [key, tags]), [
    ["click", [{ tag: "kind", value: "x", count: 1 }]],
    ["view", [
      { tag: "kind", value: "x", count: 1 },
      { tag: "kind", value: "y", count: 2 },
      { tag: "sign", value: "plus", count: 2 },
    ]],
    ["work", [
      { tag: "kind", value: "y", count: 1 },
      { tag: "sign", value: "plus", count: 1 },
    ]],
  ]);
});

Deno.test("createAggregate() sorts by key, not by the order of the types", () => {
  const types = ["b", "a", "Z", "ä", "aa"];
  const aggregate = createAggregate({ types, tags: [] });

  aggregate.apply(batchOf({
    type: Uint16Array.of(0, 1, 2, 3, 4),
    value: new Float64Array(5),
    end: at(5),
  }));

  assertEquals(
    aggregate.results().map(({ key }: Result) => key),
    ["Z", "a", "aa", "b", "ä"],
  );
});

function at(event: number): Position {
  return { event, offset: event * 10, line: event };
}

/** A batch of one event of value 5, or as told. */
function batchOf(fields: Partial<EventBatch> = {}): EventBatch {
  const { opening: _none, ...empty } = openEvents({
    run: "r",
    windowBatches: 0,
    windowBytes: 0,
    types: [],
    tags: [],
  });
  return {
    ...empty,
    begin: START,
    end: at(1),
    type: Uint16Array.of(0),
    value: Float64Array.of(5),
    ...fields,
  };
}

const REJECT = {
  line: 1,
  offset: 0,
  stage: "parse",
  reason: "not valid JSON",
  text: toBytes("?"),
  length: 1,
};

const INEXACT =
  "the values that no double holds are not those that it gives exactly";

/** Batches that must not be counted, and what is said of them. */
const WRONG: Record<string, [batch: Partial<EventBatch>, message: string]> = {
  "a gap": [
    { begin: at(1), end: at(2) },
    "Cannot apply the batch from event 1: the state ends at event 0",
  ],
  "another offset": [
    { begin: { ...START, offset: 1 } },
    "Cannot apply the batch from event 0: the state ends at event 0",
  ],
  "an event too few": [
    { end: at(2) },
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
  "a value that is not given exactly": [
    { value: Float64Array.of(2 ** 53) },
    INEXACT,
  ],
  "a value that is no integer": [
    { value: Float64Array.of(1.5) },
    INEXACT,
  ],
  "a value that is missing": [
    { value: new Float64Array() },
    INEXACT,
  ],
  "a value that is given twice": [
    {
      value: Float64Array.of(2 ** 53),
      exact: [0, 0].map((row) => ({ row, decimal: "9007199254740993" })),
    },
    INEXACT,
  ],
  "an exact value of another row": [
    {
      value: Float64Array.of(2 ** 53),
      exact: [{ row: 1, decimal: "9007199254740993" }],
    },
    INEXACT,
  ],
  "an exact value for a value that needs none": [
    { exact: [{ row: 0, decimal: "9007199254740993" }] },
    INEXACT,
  ],
};

for (const [name, [fields, message]] of Object.entries(WRONG)) {
  Deno.test(`apply() refuses ${name} and counts nothing of it`, () => {
    const aggregate = createAggregate({ types: ["a"], tags: [] });

    assertThrows(() => aggregate.apply(batchOf(fields)), RangeError, message);

    assertEquals(aggregate.position, START);
    assertEquals(aggregate.results(), []);
    assertEquals(aggregate.totals, { events: 0, rejected: 0, filtered: 0 });
  });
}

Deno.test("apply() refuses a batch a second time", () => {
  const aggregate = createAggregate({ types: ["a"], tags: [] });
  aggregate.apply(batchOf());

  assertThrows(
    () => aggregate.apply(batchOf()),
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
