import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  createExactDoubleSum,
  SHRUNK,
} from "../../../stages/events/exact_double.ts";

const number = fc.double({ noNaN: true, noDefaultInfinity: true });

/** The sum, by fractions: of any size, and no digit lost. */
function sumByFractions(values: readonly number[]): bigint {
  return values.reduce((sum, value) => sum + fractionOf(value), 0n);
}

/** A double as a multiple of the smallest one. */
function fractionOf(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  const exponent = bits >> 52n & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0n
    ? fraction
    : (fraction | 0x10000000000000n) << (exponent - 1n);
  return value < 0 ? -size : size;
}

function sumOf(values: readonly number[]) {
  const sum = createExactDoubleSum();
  values.forEach(sum.add);
  return sum;
}

Deno.test("a sum of doubles holds each digit of them", () => {
  fc.assert(fc.property(fc.array(number), (values) => {
    const { usual, huge } = sumOf(values).parts();

    assertEquals(
      sumByFractions(usual) +
        sumByFractions(huge) * BigInt(1 / SHRUNK),
      sumByFractions(values),
    );
  }));
});

Deno.test("a sum of doubles is the double next to it, in whatever order they come", () => {
  fc.assert(fc.property(fc.array(number), fc.nat(), (values, seed) => {
    const shuffled = values.toSorted((a, b) =>
      Math.sin(seed + a * 1e3) - Math.sin(seed + b * 1e3)
    );

    const expected = Math.sumPrecise(values) + 0;

    assertEquals(sumOf(values).total(), expected);
    assertEquals(sumOf(shuffled).total(), expected);
  }));
});

Deno.test("sums of parts add up to that of the whole, and go on from what was held", () => {
  fc.assert(
    fc.property(fc.array(number), fc.array(number), (some, others) => {
      const whole = sumOf([...some, ...others]).total();

      const added = sumOf(some);
      added.addAll(sumOf(others));
      const resumed = createExactDoubleSum(
        JSON.parse(JSON.stringify(sumOf(some).parts())),
      );
      others.forEach(resumed.add);

      assertEquals(added.total(), whole);
      assertEquals(resumed.total(), whole);
    }),
  );
});

Deno.test("a sum of doubles is right where adding them one by one is not", () => {
  assertEquals(sumOf(Array(10).fill(0.1)).total(), 1);
  assertEquals(sumOf([1e16, 1, -1e16]).total(), 1);
  assertEquals(sumOf([1e308, 1e308, -1e308]).total(), 1e308);
  assertEquals(sumOf([1e308, 1e308]).total(), Infinity);
  assertEquals(sumOf([-1e308, 1, -1e308]).total(), -Infinity);
  assertEquals(sumOf([]).total(), 0);
  assertEquals(Object.is(sumOf([-0]).total(), 0), true);
  assertEquals(sumOf([5e-324, 5e-324]).total(), 1e-323);
});

Deno.test("the mean is finite also where the sum is beyond all doubles", () => {
  const largest = Number.MAX_VALUE;
  for (
    const [values, total, mean] of [
      [[largest, largest, 1], Infinity, largest / 3 * 2],
      [[-largest, -largest], -Infinity, -largest],
      [[1, 2, 4.5], 7.5, 2.5],
    ] as const
  ) {
    const sum = sumOf(values);

    assertEquals([sum.total(), sum.mean(values.length)], [total, mean]);
  }
});
