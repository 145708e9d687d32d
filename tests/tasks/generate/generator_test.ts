import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  generateEvents,
  type GeneratorOptions,
  mulberry32,
} from "../../../tasks/generate/generator.ts";

interface Event {
  ts: string;
  type: string;
  user: string;
  value: number;
  metadata: Record<string, unknown>;
  work?: {
    vectors: number[][];
    matrix: number[][];
    text: string;
    iterations: number;
  };
}

type Options = Partial<GeneratorOptions> & { count: number };

const OPTIONS: fc.Arbitrary<Options> = fc.record({
  count: fc.integer({ min: 0, max: 300 }),
  users: fc.integer({ min: 1, max: 20_000 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  types: fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1 }), {
    minLength: 1,
    maxLength: 5,
  }),
  distribution: fc.constantFrom("uniform", "zipf", "burst"),
  workload: fc.constantFrom("events", "work-items", "mixed"),
  iterations: fc.integer({ min: 1, max: 10_000 }),
}, { requiredKeys: ["count"] });

Deno.test("mulberry32() gives the published numbers of a seed", () => {
  const random = mulberry32(42);

  assertEquals([random(), random(), random()], [
    0.6011037519201636,
    0.44829055899754167,
    0.8524657934904099,
  ]);
});

Deno.test("mulberry32() stays from 0 to below 1 for every seed", () => {
  fc.assert(fc.property(fc.integer(), (seed) => {
    const random = mulberry32(seed);
    const draws = Array.from({ length: 50 }, random);

    assert(draws.every((draw) => draw >= 0 && draw < 1));
  }));
});

Deno.test("generateEvents() gives the reference result of 100,000 events", () => {
  const counts = new Map<string, { count: number; sum: number }>();
  let dropped = 0;
  for (const { type, value } of parse({})) {
    if (type === "view" || value < 10) {
      dropped++;
      continue;
    }
    const { count, sum } = counts.get(type) ?? { count: 0, sum: 0 };
    counts.set(type, { count: count + 1, sum: sum + value });
  }

  assertEquals(Object.fromEntries(counts), {
    purchase: { count: 30_288, sum: 1_656_819 },
    click: { count: 30_387, sum: 1_672_013 },
  });
  assertEquals(dropped, 39_325);
});

Deno.test("generateEvents() writes the fields in their fixed form", () => {
  const lines = textOf({ count: 10 }).split("\n");

  assertEquals(
    lines[0],
    '{"ts":"2026-01-01T00:00:00.851Z","type":"view","user":"u8524",' +
      '"value":67,"metadata":{"session":"s000000","page":"/p/0"}}',
  );
  assertEquals(
    lines[9]!.slice(lines[9]!.indexOf('"metadata"')),
    '"metadata":{"session":"s000001","page":"/p/9"}}',
  );
});

Deno.test("generateEvents() writes lines of about 122 bytes", () => {
  const bytes = textOf({ count: 10_000 }).length / 10_000;

  assert(bytes > 121 && bytes < 125, `${bytes} bytes a line`);
});

Deno.test("generateEvents() gives as many valid lines as asked for", () => {
  fc.assert(
    fc.property(OPTIONS, (options) => {
      const { count, users = 10_000 } = options;
      const types = [...options.types ?? ["click", "view", "purchase"], "work"];
      const events = parse(options);

      assertEquals(events.length, count);
      for (const { type, user, value, work } of events) {
        assert(types.includes(type));
        assert(/^u\d{4,}$/.test(user) && Number(user.slice(1)) < users);
        assert(Number.isInteger(value) && value >= 1 && value <= 100);
        assertEquals(work !== undefined, type === "work");
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("generateEvents() gives the same bytes for the same options", () => {
  fc.assert(
    fc.property(OPTIONS, (options) => {
      assertEquals(textOf(options), textOf({ ...options }));
    }),
    { numRuns: 30 },
  );
});

Deno.test("generateEvents() gives other bytes for another seed", () => {
  assert(textOf({ count: 100 }) !== textOf({ count: 100, seed: 43 }));
});

Deno.test("generateEvents() begins a longer run with the shorter one", () => {
  fc.assert(
    fc.property(OPTIONS, ({ count, ...options }) => {
      const short = textOf({ ...options, count });

      assert(textOf({ ...options, count: count + 50 }).startsWith(short));
    }),
    { numRuns: 30 },
  );
});

Deno.test("generateEvents() never repeats a time or goes back", () => {
  fc.assert(
    fc.property(OPTIONS, (options) => {
      const times = parse(options).map(({ ts }) => Date.parse(ts));

      assert(times.every((time, index) => !(time <= times[index - 1]!)));
    }),
    { numRuns: 50 },
  );
});

Deno.test("generateEvents() writes every time as Date does, from day to day", () => {
  const times = parse({ count: 150_000 }).map(({ ts }) => ts);

  for (const ts of times) assertEquals(new Date(ts).toISOString(), ts);
  assert(times.at(-1)! > "2026-01-02T");
});

Deno.test("generateEvents() gives blocks of whole lines", () => {
  const sizes = [...generateEvents({ count: 10_000 })].map((block) => {
    assertEquals(block.at(-1), "\n".charCodeAt(0));
    return block.length;
  });

  assert(sizes.length > 5);
  assert(sizes.slice(0, -1).every((size) => size >= 2 ** 16 && size < 2 ** 18));
});

Deno.test("generateEvents() draws alike for each distribution", () => {
  const values = (["uniform", "zipf", "burst"] as const).map((distribution) =>
    parse({ count: 1_000, distribution }).map(({ value }) => value)
  );

  assertEquals(values[1], values[0]);
  assertEquals(values[2], values[0]);
});

Deno.test("generateEvents() spreads users and types evenly for uniform", () => {
  const events = parse({ users: 10 });

  for (const key of ["user", "type"] as const) {
    const shares = sharesOf(events.map((event) => event[key]));
    for (const share of shares.values()) assertClose(share, 1 / shares.size);
  }
});

Deno.test("generateEvents() follows Zipf's law for zipf", () => {
  const events = parse({ users: 10_000, distribution: "zipf" });
  const users = sharesOf(events.map(({ user }) => user));
  const types = sharesOf(events.map(({ type }) => type));
  const allUsers = harmonic(10_000);
  const allTypes = harmonic(3);

  assertClose(users.get("u0000"), 1 / allUsers);
  assertClose(users.get("u0001"), 1 / 2 / allUsers);
  assertClose(users.get("u0009"), 1 / 10 / allUsers);
  assertClose(types.get("click"), 1 / allTypes);
  assertClose(types.get("view"), 1 / 2 / allTypes);
  assertClose(types.get("purchase"), 1 / 3 / allTypes);
});

Deno.test("generateEvents() waits 250 to 1,249 ms between events for uniform", () => {
  const gaps = gapsOf(parse({ count: 20_000 }));

  assertEquals([Math.min(...gaps), Math.max(...gaps)], [250, 1_249]);
});

Deno.test("generateEvents() sends a hundred at a time for burst", () => {
  const gaps = gapsOf(parse({ count: 20_000, distribution: "burst" }));
  const pauses = gaps.filter((_, index) => index % 100 === 0);
  const within = gaps.filter((_, index) => index % 100 !== 0);

  assert(pauses.every((gap) => gap >= 25_000 && gap < 125_000));
  assertEquals([Math.min(...within), Math.max(...within)], [1, 10]);
});

for (
  const { payload, vectors, width, textLength } of [
    { payload: "small", vectors: 4, width: 8, textLength: 64 },
    { payload: "medium", vectors: 16, width: 16, textLength: 1_024 },
    { payload: "large", vectors: 32, width: 32, textLength: 4_096 },
  ] as const
) {
  Deno.test(`generateEvents() makes ${payload} work items of their size`, () => {
    const events = parse({
      count: 200,
      workload: "work-items",
      payload,
      iterations: 7,
    });

    for (const { type, work } of events) {
      assertEquals(type, "work");
      assertEquals(work?.iterations, 7);
      assertEquals(work?.text.length, textLength);
      assertEquals(work?.vectors.length, vectors);
      assertEquals(work?.matrix.length, width);
      const vectorNumbers = work!.vectors.flat();
      const matrixNumbers = work!.matrix.flat();
      assert(work!.vectors.every((vector) => vector.length === width));
      assert(work!.matrix.every((row) => row.length === width));
      assert(vectorNumbers.every((number) => number >= -1 && number < 1));
      assert(matrixNumbers.every((number) => number > 0 && number <= 1));
      for (const number of [...vectorNumbers, ...matrixNumbers]) {
        assert(/^-?[01](\.\d{1,3})?$/.test(String(number)), String(number));
      }
    }
  });
}

Deno.test("generateEvents() draws the numbers of a work item after its fields", () => {
  const [plain] = parse({ count: 1 });
  const [item] = parse({ count: 1, workload: "work-items" });
  const random = mulberry32(42);
  const draws = Array.from({ length: 4 + 4 * 8 + 1 }, random);

  const { work, ...fields } = item!;
  assertEquals({ ...fields, type: plain!.type }, plain);
  assertEquals(
    work!.vectors[0]![0],
    (Math.floor(draws[4]! * 2_000) - 1_000) / 1_000,
  );
  assertEquals(
    work!.matrix[0]![0],
    (Math.floor(draws[4 + 4 * 8]! * 1_000) + 1) / 1_000,
  );
});

Deno.test("generateEvents() adds work as one more type for mixed", () => {
  const types = sharesOf(
    parse({ count: 20_000, workload: "mixed" }).map(({ type }) => type),
  );

  assertEquals([...types.keys()].sort(), ["click", "purchase", "view", "work"]);
  for (const share of types.values()) assertClose(share, 1 / 4);
});

Deno.test("generateEvents() does not add work to types that have it", () => {
  const types = sharesOf(
    parse({ count: 10_000, types: ["work", "click"], workload: "mixed" })
      .map(({ type }) => type),
  );

  assertClose(types.get("work"), 1 / 2);
});

Deno.test("generateEvents() refuses options that leave nothing to choose", () => {
  assertThrows(
    () => generateEvents({ users: 0 }),
    RangeError,
    "Cannot generate events as users must be >= 1: current value is 0",
  );
  assertThrows(
    () => generateEvents({ types: [] }),
    RangeError,
    "Cannot generate events: there are no types",
  );
});

function textOf(options: Partial<GeneratorOptions>): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (const block of generateEvents(options)) text += decoder.decode(block);
  return text;
}

function parse(options: Partial<GeneratorOptions>): Event[] {
  return textOf(options).split("\n").slice(0, -1).map((line) =>
    JSON.parse(line)
  );
}

/** Milliseconds before each event; the first since the clock's start. */
function gapsOf(events: Event[]): number[] {
  let lastMs = Date.UTC(2026, 0, 1);
  return events.map(({ ts }) => {
    const gapMs = Date.parse(ts) - lastMs;
    lastMs += gapMs;
    return gapMs;
  });
}

function sharesOf(words: string[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const word of words) {
    shares.set(word, (shares.get(word) ?? 0) + 1 / words.length);
  }
  return shares;
}

function harmonic(size: number): number {
  return Array.from({ length: size }, (_, index) => 1 / (index + 1))
    .reduce((total, term) => total + term, 0);
}

function assertClose(actual: number | undefined, expected: number): void {
  const error = Math.abs((actual ?? 0) - expected) / expected;
  assert(error < 0.05, `${actual} is not within 5% of ${expected}`);
}
