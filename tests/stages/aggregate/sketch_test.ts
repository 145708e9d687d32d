import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  createSketch,
  RELATIVE_ERROR,
} from "../../../stages/aggregate/sketch.ts";

const QUANTILES = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

/** Numbers of many sizes, each as likely as the others. */
function numbersOf(least: number, most: number) {
  const size = fc.integer({ min: least, max: most }).chain((exponent) =>
    fc.double({ min: 1, max: 10, noNaN: true, maxExcluded: true })
      .map((digits) => digits * 10 ** exponent)
  );
  const number = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(0, -0, 1, -1, 2, 0.5) },
    { weight: 2, arbitrary: fc.integer({ min: -1000, max: 1000 }) },
    { weight: 4, arbitrary: size },
    { weight: 2, arbitrary: size.map((each) => -each) },
  );
  return fc.array(number, { minLength: 1, maxLength: 200 });
}
const numbers = numbersOf(-300, 300);

function sketchOf(values: readonly number[]) {
  const sketch = createSketch();
  values.forEach(sketch.add);
  return sketch;
}

/** The value of that rank among all of them. */
function exactQuantile(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(quantile * (values.length - 1))]!;
}

Deno.test("a quantile is within the relative error of the value of its rank", () => {
  fc.assert(
    fc.property(numbersOf(-14, 20), (values) => {
      const sketch = sketchOf(values);

      assertEquals(sketch.count, values.length);
      for (const quantile of QUANTILES) {
        const exact = exactQuantile(values, quantile);
        const error = Math.abs(sketch.quantile(quantile) - exact);
        assert(
          error <= RELATIVE_ERROR * Math.abs(exact),
          `${quantile}: ${sketch.quantile(quantile)} is for ${exact}`,
        );
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("the error is kept for each part of a doubling, and no bin is wasted", () => {
  const worst = { error: 0 };
  for (let value = 1; value < 4; value *= 1.0001) {
    const error = Math.abs(sketchOf([value]).quantile(0) - value) / value;
    worst.error = Math.max(worst.error, error);
  }

  assert(worst.error <= RELATIVE_ERROR, `${worst.error}`);
  assert(worst.error > 0.9 * RELATIVE_ERROR, `${worst.error}`);
});

Deno.test("the smallest and the largest doubles have bins", () => {
  const { MAX_VALUE } = Number;
  for (const value of [MAX_VALUE, 2 ** -1_022]) {
    const found = sketchOf([value]).quantile(1);
    assert(Math.abs(found - value) <= RELATIVE_ERROR * value, `${found}`);
  }
  // Nearer to zero there is less than a hundredth to tell apart.
  assert(sketchOf([5e-324]).quantile(0) < 2 ** -1_021);
});

Deno.test("a sketch is the same in whatever order and in however many parts it is made", () => {
  fc.assert(fc.property(numbers, numbers, (some, others) => {
    const whole = sketchOf([...some, ...others]).state();

    const merged = sketchOf(others);
    merged.merge(sketchOf(some).state());
    const resumed = createSketch(
      JSON.parse(JSON.stringify(sketchOf(some).state())),
    );
    others.forEach(resumed.add);

    assertEquals(merged.state(), whole);
    assertEquals(resumed.state(), whole);
    assertEquals(sketchOf([...others, ...some]).state(), whole);
  }));
});

Deno.test("a sketch of values of every size stays small, and right for the large ones", () => {
  const values = Array.from({ length: 600 }, (_, at) => 10 ** (at - 300));
  const sketch = sketchOf(values);

  const { counts } = sketch.state().positive;

  assertEquals(counts.length, 4_096);
  assertEquals(sketch.count, values.length);
  for (const exponent of [299, 290, 270]) {
    const exact = 10 ** exponent;
    const found = sketch.quantile((exponent + 300) / 599);
    assert(Math.abs(found - exact) <= RELATIVE_ERROR * exact, `${found}`);
  }
});

Deno.test("a sketch counts beyond what four bytes hold", () => {
  const many = { first: 0, counts: [2 ** 32 - 1, 2 ** 32 - 1] };
  const none = { first: 0, counts: [] };
  const sketch = createSketch({ zeros: 0, positive: many, negative: none });

  sketch.merge({ zeros: 5, positive: many, negative: none });

  assertEquals(sketch.count, 4 * (2 ** 32 - 1) + 5);
  assertEquals(sketch.state().positive.counts, [
    2 * (2 ** 32 - 1),
    2 * (2 ** 32 - 1),
  ]);
});

Deno.test("a sketch of nothing has no quantile", () => {
  assertThrows(() => createSketch().quantile(0.5), RangeError);
});
