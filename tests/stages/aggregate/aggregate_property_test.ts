import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Schema } from "../../../proto/pipeline/batches.ts";
import {
  createAggregate,
  type Result,
} from "../../../stages/aggregate/aggregate.ts";
import { compareKeys } from "../../../stages/aggregate/key_order.ts";
import { RELATIVE_ERROR } from "../../../stages/aggregate/sketch.ts";
import type { SavedRecord } from "../../../stages/aggregate/saved.ts";
import { percentilesOf } from "../../../stages/schema/schema.ts";
import { batchesOf, type TestEvent } from "../../support/event_batches.ts";
import { customSchema } from "../../support/schemas.ts";

const TAGS = [{ name: "t", values: ["x", "y"] }, { name: "u", values: ["z"] }];
const FIGURES = ["count", "sum", "avg", "min", "max", "p50", "p95", "p99.9"];

type Event = Exclude<TestEvent, string>;

const key = fc.constantFrom(
  "null",
  "true",
  "false",
  "1",
  "-2.5",
  "9007199254740993",
  "9007199254740992",
  '"1"',
  '"a"',
  '"B"',
  '"ä"',
  '"\\u0000"',
);
const integer = fc.oneof(
  fc.integer({ min: -300, max: 300 }).map(String),
  fc.maxSafeInteger().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom("9007199254740992", "-9007199254740993", "0"),
);
const double = fc.oneof(
  fc.double({ min: -1e3, max: 1e6, noNaN: true }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    "0.1",
    "0.2",
    "1.2e308",
    "1e300",
    "-1e300",
    "1e-300",
    "1e16",
    "-1e16",
  ),
);
const event = fc.record({
  timeMs: fc.nat(1_000),
  keys: fc.tuple(key, fc.constantFrom('"a"', '"b"')),
  values: fc.tuple(
    fc.option(integer, { nil: undefined }),
    fc.option(double, { nil: undefined }),
  ),
  tags: fc.tuple(fc.nat(2), fc.nat(1)),
});
const events = fc.array(
  fc.oneof<[fc.WeightedArbitrary<TestEvent>, fc.WeightedArbitrary<TestEvent>]>(
    { weight: 9, arbitrary: event },
    { weight: 1, arbitrary: fc.constantFrom("reject", "filtered") },
  ),
  { maxLength: 60 },
);
const schema = fc.record({
  windows: fc.option(
    fc.record({
      sizeMs: fc.constantFrom(1, 7, 100),
      offsetMs: fc.constantFrom(0, 3),
      allowedLatenessMs: fc.option(fc.constantFrom(0, 50, 10_000), {
        nil: undefined,
      }),
    }),
    { nil: null },
  ),
  maxGroups: fc.constantFrom(2, 5, 1_000),
}).map(({ windows, maxGroups }) =>
  customSchema(["k", "l"], {
    i: { as: "integer", of: FIGURES },
    d: { as: "number", of: FIGURES },
  }, {
    maxGroups,
    other: true,
    windows: windows && {
      sizeMs: windows.sizeMs,
      offsetMs: windows.offsetMs > windows.sizeMs ? 0 : windows.offsetMs,
      ...(windows.allowedLatenessMs === undefined
        ? {}
        : { allowedLatenessMs: windows.allowedLatenessMs }),
    },
  })
);
const sizes = fc.array(fc.integer({ min: 1, max: 20 }), {
  minLength: 1,
  maxLength: 4,
});

/** What a group is expected to be. */
interface Group {
  windowMs: number | undefined;
  /** Undefined for the group of those that were too many. */
  keys: string[] | undefined;
  events: Event[];
}

/** Groups events by the rules, one after the other, in the simplest way. */
function model({ windows, maxGroups }: Schema, events: readonly TestEvent[]) {
  const groups = new Map<string, Group>();
  const totals = { other: 0, late: 0 };
  let watermark = -Infinity;
  const closesMs = (start: number) =>
    start + windows!.sizeMs + (windows!.allowedLatenessMs ?? Infinity);
  for (const event of events) {
    if (typeof event === "string") continue;
    let windowMs: number | undefined;
    if (windows) {
      const { sizeMs, offsetMs } = windows;
      const time = event.timeMs!;
      windowMs = Math.floor((time - offsetMs) / sizeMs) * sizeMs + offsetMs;
      watermark = Math.max(watermark, time);
      if (closesMs(windowMs) <= watermark) {
        totals.late++;
        continue;
      }
    }
    const isOpen = (group: Group) =>
      !windows || closesMs(group.windowMs!) > watermark;
    const open = [...groups.values()].filter(isOpen);
    const own = JSON.stringify([windowMs, event.keys]);
    const isFull = !groups.has(own) &&
      open.filter(({ keys }) => keys).length >= maxGroups;
    const id = isFull ? JSON.stringify([windowMs]) : own;
    if (isFull) totals.other++;
    const group = groups.get(id) ??
      { windowMs, keys: isFull ? undefined : event.keys, events: [] };
    if (!groups.has(id) && isFull) {
      const others = open.filter(({ keys }) => !keys).length;
      if (others >= maxGroups) return undefined;
    }
    group.events.push(event);
    groups.set(id, group);
  }
  const sorted = [...groups.values()].sort((a, b) =>
    (a.windowMs ?? 0) - (b.windowMs ?? 0) || compareAll(a.keys, b.keys)
  );
  return { groups: sorted, totals };
}

function compareAll(a: string[] | undefined, b: string[] | undefined): number {
  if (!a || !b) return a ? -1 : 1;
  return compareKeys(a[0]!, b[0]!) || compareKeys(a[1]!, b[1]!);
}

/** A double as a count of the smallest one, 2^-1074. */
function exactly(text: string): bigint {
  const number = Number(text);
  const bits = new BigUint64Array(Float64Array.of(Math.abs(number)).buffer)[0]!;
  const exponent = bits >> 52n;
  const fraction = bits & (2n ** 52n - 1n);
  const size = exponent === 0n
    ? fraction
    : (fraction + 2n ** 52n) << (exponent - 1n);
  return number < 0 ? -size : size;
}

function assertFigures(schema: Schema, group: Group, result: Result): void {
  schema.values.forEach((field, at) => {
    const texts = group.events.flatMap(({ values }) => values[at] ?? []);
    const { count, sum, min, max, avg, percentiles } = result.values[at]!;
    assertEquals(count, texts.length);
    if (count === 0) {
      assertEquals([sum, min, max, avg, percentiles], [
        "0",
        "",
        "",
        undefined,
        [],
      ]);
      return;
    }
    const isInteger = field.as === "integer";
    const read = (text: string) => isInteger ? BigInt(text) : exactly(text);
    const sorted = texts.toSorted((a, b) => {
      const difference = read(a) - read(b);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    });
    const total = texts.map(read).reduce((a, b) => a + b);
    assertEquals([read(min), read(max)], [
      read(sorted[0]!),
      read(sorted.at(-1)!),
    ]);
    if (isInteger) {
      assertEquals(sum, String(total));
      const wanted = Number(total) / count;
      assert(Math.abs(avg! - wanted) <= Math.abs(wanted) * 2 ** -51);
    } else {
      assertNearest(Number(sum), total);
      if (Number.isFinite(Number(sum))) assertEquals(avg, Number(sum) / count);
      else assertClose(avg!, total / BigInt(count));
    }
    percentilesOf(field).forEach((percentile, each) => {
      const rank = Math.floor(percentile / 100 * (count - 1));
      const exact = Number(sorted[rank]!);
      const told = Number(percentiles[each]!);
      // Nearer to zero there is less than a hundredth to tell apart; and what
      // is 35 powers of ten below the largest counts as larger.
      const largest = Math.max(...texts.map((text) => Math.abs(Number(text))));
      const slack = Math.max(2 ** -1_020, largest * 1e-34);
      assert(
        Math.abs(told - exact) <= RELATIVE_ERROR * Math.abs(exact) + slack,
        `p${percentile}: ${told} is for ${exact}`,
      );
      assert(told >= Number(min) && told <= Number(max));
    });
  });
}

/** Holds that no other double is nearer to an exact sum. */
function assertNearest(told: number, total: bigint): void {
  if (!Number.isFinite(told)) return assert(total !== 0n);
  const error = (number: number) => {
    const difference = exactly(String(number)) - total;
    return difference < 0n ? -difference : difference;
  };
  const bits = new BigInt64Array(Float64Array.of(told).buffer)[0]!;
  for (const next of [bits - 1n, bits + 1n]) {
    const other = new Float64Array(BigInt64Array.of(next).buffer)[0]!;
    if (Number.isFinite(other)) assert(error(told) <= error(other), `${told}`);
  }
}

/** Checks the average where no double holds the sum. */
function assertClose(told: number, wanted: bigint): void {
  const difference = exactly(String(told)) - wanted;
  const [error, size] = [difference, wanted].map((each) =>
    each < 0n ? -each : each
  ) as [bigint, bigint];
  assert(Number.isFinite(told) && error << 51n <= size, `${told}`);
}

Deno.test("createAggregate() counts, sums, bounds and ranks as the simplest way does", () => {
  fc.assert(
    fc.property(schema, events, sizes, (schema, events, sizes) => {
      const expected = model(schema, events);
      fc.pre(expected !== undefined);
      const aggregate = createAggregate({ schema, tags: TAGS });
      for (const batch of batchesOf(schema, events, sizes)) {
        aggregate.apply(batch);
      }

      const results = [...aggregate.results()];

      const { late, other } = expected!.totals;
      assertEquals(
        [aggregate.totals.late ?? 0, aggregate.totals.other ?? 0],
        [late, other],
      );
      assertEquals(
        results.map(({ windowMs, key, count }) => [windowMs, key, count]),
        expected!.groups.map((
          { windowMs, keys, events },
        ) => [windowMs, keys ?? [], events.length]),
      );
      expected!.groups.forEach((group, at) => {
        assertFigures(schema, group, results[at]!);
        const tagged = TAGS.flatMap(({ name, values }, tag) =>
          values.map((value, each) => ({
            tag: name,
            value,
            count: group.events.filter(({ tags }) => tags![tag] === each + 1)
              .length,
          }))
        ).filter(({ count }) => count > 0);
        assertEquals(results[at]!.tags, tagged);
      });
    }),
    { numRuns: 300 },
  );
});

/** A store that takes what has changed, and says what there is. */
function createStore() {
  const records = new Map<number, Uint8Array>();
  let head = "";
  return {
    save({ changes }: ReturnType<typeof createAggregate>) {
      const { head: next, changed, removed } = changes();
      for (const id of removed) records.delete(id);
      for (const { id, bytes } of changed) {
        records.set(id, Uint8Array.from(bytes));
      }
      head = JSON.stringify(next);
    },
    load: () =>
      head === "" ? undefined : {
        head: JSON.parse(head),
        // The order of ids says nothing of when they came.
        records: Array.from(records, ([id, bytes]) => ({ id, bytes }))
          .reverse(),
      },
    bytes: () => sortedBytes(records),
  };
}

function sortedBytes(records: Iterable<[number, Uint8Array]>) {
  return Array.from(records, ([id, bytes]) => [id, bytes.toHex()] as const)
    .sort(([a], [b]) => a - b);
}

Deno.test("createAggregate() gives the same however it is cut, saved and gone on with", () => {
  fc.assert(
    fc.property(
      schema,
      events,
      sizes,
      sizes,
      fc.array(fc.constantFrom("", "save", "all", "die"), { minLength: 1 }),
      (schema, events, one, other, steps) => {
        fc.pre(model(schema, events) !== undefined);
        const opening = { schema, tags: TAGS };
        const whole = createAggregate(opening);
        const rejects = batchesOf(schema, events, one)
          .flatMap((batch) => whole.apply(batch));

        let aggregate = createAggregate(opening);
        const store = createStore();
        let safe: typeof rejects = [];
        let since: typeof rejects = [];
        let step = 0;
        while (aggregate.position.event < events.length) {
          const from = aggregate.position.event;
          const size = other[step % other.length]!;
          const [batch] = batchesOf(schema, events.slice(0, from + size), [
            Math.max(1, from),
            size,
          ]).slice(from === 0 ? 0 : 1);
          since.push(...aggregate.apply(
            from === 0
              ? batchesOf(schema, events.slice(0, size), [size])[0]!
              : batch!,
          ));
          switch (steps[step++ % steps.length]) {
            case "save":
              store.save(aggregate);
              safe = [...safe, ...since];
              since = [];
              break;
            case "all": {
              // Everything, as it is, is what the changes make.
              store.save(aggregate);
              safe = [...safe, ...since];
              since = [];
              const all = Array.from(
                aggregate.all(),
                ({ id, bytes }: SavedRecord): [number, Uint8Array] => [
                  id,
                  Uint8Array.from(bytes),
                ],
              );
              assertEquals(sortedBytes(all), store.bytes());
              break;
            }
            case "die":
              // Once: else nothing would ever come of it.
              if (step > 40) break;
              aggregate = createAggregate(opening, store.load());
              since = [];
          }
        }

        assertEquals(
          JSON.stringify([...aggregate.results()]),
          JSON.stringify([...whole.results()]),
        );
        assertEquals(aggregate.totals, whole.totals);
        assertEquals([...safe, ...since], rejects);
      },
    ),
    { numRuns: 300 },
  );
});
