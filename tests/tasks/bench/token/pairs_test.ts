import { assertEquals, assertThrows } from "@std/assert";
import {
  type Pair,
  rowsOf,
  sidesOf,
} from "../../../../tasks/bench/token/pairs.ts";

Deno.test("sidesOf() lets each side come first in every other round", () => {
  assertEquals([1, 2, 3].map((round) => sidesOf(round)[0]), [
    "with",
    "without",
    "with",
  ]);
  assertEquals([1, 2].map((round) => sidesOf(round)[1]), ["without", "with"]);
});

Deno.test("rowsOf() divides within each round, and takes the median of that", () => {
  // By the medians, 30 ÷ 20, the ratio would be another.
  const pairs = [[30, 20], [10, 10], [90, 100]].map(([a, b]): Pair => ({
    with: { p50Ms: a!, callsPerSecond: 1 },
    without: { p50Ms: b!, callsPerSecond: 4 },
  }));

  const [p50, calls, ...others] = rowsOf(pairs);

  assertEquals(p50, {
    figure: "p50Ms",
    with: { median: 30, min: 10, max: 90 },
    without: { median: 20, min: 10, max: 100 },
    ratio: { median: 1, min: 0.9, max: 1.5 },
  });
  assertEquals(calls?.figure, "callsPerSecond");
  assertEquals(calls?.ratio, { median: 0.25, min: 0.25, max: 0.25 });
  assertEquals(others, []);
});

Deno.test("rowsOf() refuses what gives no ratio", () => {
  const cases: Pair[][] = [
    [],
    [{ with: { p50Ms: 1 }, without: {} }],
    [{ with: { p50Ms: 1 }, without: { p50Ms: 0 } }],
    [{ with: { p50Ms: NaN }, without: { p50Ms: 1 } }],
  ];

  for (const pairs of cases) assertThrows(() => rowsOf(pairs), RangeError);
});
