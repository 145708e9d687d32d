import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { divide, integerPart } from "../../../stages/events/exact_integer.ts";

const PARTS: Record<string, bigint> = {
  "0": 0n,
  "-0": 0n,
  "-0.5": 0n,
  "17": 17n,
  "-17.99": -17n,
  "9007199254740993": 9_007_199_254_740_993n,
  "9007199254740993.9": 9_007_199_254_740_993n,
  "1e21": 1_000_000_000_000_000_000_000n,
  "1E+2": 100n,
  "-12.5e3": -12_500n,
  "12.5e0": 12n,
  "123456e-3": 123n,
  "123e-3": 0n,
  "0.000123e5": 12n,
  "0e999999999": 0n,
  "1e-99999999999999999999": 0n,
  "1e300": 10n ** 300n,
  [`1${"0".repeat(500)}e-480`]: 10n ** 20n,
};

for (const [source, expected] of Object.entries(PARTS)) {
  Deno.test(`integerPart() reads ${source.slice(0, 40)}`, () => {
    assertEquals(integerPart(source), expected);
  });
}

Deno.test("integerPart() undoes any way to write an integer with a fraction", () => {
  fc.assert(fc.property(
    fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
    fc.stringMatching(/^[0-9]{0,20}$/),
    fc.integer({ min: -90, max: 90 }),
    (integer, fraction, shift) => {
      const sign = integer < 0n ? "-" : "";
      const digits = `${integer < 0n ? -integer : integer}`;
      // Moves the point by `shift` and says so in the exponent.
      const all = `${"0".repeat(100)}${digits}${fraction}${"0".repeat(100)}`;
      const point = 100 + digits.length + shift;
      const whole = all.slice(0, point).replace(/^0+(?=\d)/, "");
      const source = `${sign}${whole}.${all.slice(point)}e${-shift}`;

      assertEquals(integerPart(source), integer);
    },
  ));
});

Deno.test("integerPart() refuses what is no number, and numbers no double can hold", () => {
  assertThrows(() => integerPart("NaN"), RangeError, 'Cannot read "NaN"');
  assertThrows(() => integerPart("1e999999999"), RangeError, "400 digits");
});

const safe = fc.maxSafeInteger();
const value = fc.oneof(
  safe.map(BigInt),
  fc.constantFrom(
    BigInt(Number.MAX_SAFE_INTEGER),
    BigInt(Number.MIN_SAFE_INTEGER),
    1n,
    -1n,
  ),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
);

Deno.test("divide() is within the last digit of the true quotient", () => {
  fc.assert(fc.property(value, fc.integer({ min: 1, max: 2 ** 45 }), (a, b) => {
    const quotient = divide(a, b);

    assertLessOrEqual(below(quotient).scaledBy(b), exact(a));
    assertLessOrEqual(exact(a), above(quotient).scaledBy(b));
  }));
});

Deno.test("divide() gives a finite average of numbers whose sum no double holds", () => {
  const largest = BigInt(Number.MAX_VALUE);

  assertEquals(divide(largest * 7n, 7), Number.MAX_VALUE);
  assert(Number.isFinite(divide(largest * 7n - 1n, 7)));
});

/** Every finite double is a whole number of these. */
const UNIT = 2n ** 1_074n;

function exact(integer: bigint): bigint {
  return integer * UNIT;
}

/** The double next to `number`, as a multiple of 2^-1074. */
function neighbour(number: number, direction: 1n | -1n) {
  const bits = new BigInt64Array(Float64Array.of(number).buffer);
  // The order of doubles is that of their bits, mirrored below zero.
  const rank = bits[0]! < 0n ? -(bits[0]! & 0x7fff_ffff_ffff_ffffn) : bits[0]!;
  const next = rank + direction;
  const magnitude = next < 0n ? -next : next;
  const exponent = magnitude >> 52n;
  const fraction = magnitude & 0xf_ffff_ffff_ffffn;
  const units = exponent === 0n
    ? fraction
    : (fraction | 1n << 52n) << (exponent - 1n);
  return { scaledBy: (factor: number) => sign(next) * units * BigInt(factor) };
}

const sign = (number: bigint) => number < 0n ? -1n : 1n;
const below = (number: number) => neighbour(number, -1n);
const above = (number: number) => neighbour(number, 1n);
