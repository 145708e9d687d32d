/**
 * Integers of any size: reading them from JSON text, and adding many of them.
 *
 * A double holds every integer up to 2^53. Nearly all values are far below, so
 * sums run on doubles and move to a bigint only where they would lose a digit.
 *
 * @module
 */

/**
 * Reads the integer part of a JSON number exactly.
 *
 * @param source The number as JSON writes it, for example "-12.5e3".
 * @throws {RangeError} If it has more than 400 digits; a finite double has 309.
 */
export function integerPart(source: string): bigint {
  return splitNumber(source).integer;
}

/** A JSON number, its integer part exact. */
export interface SplitNumber {
  integer: bigint;
  /** True if anything is left beyond the integer part. */
  hasFraction: boolean;
}

/** As {@linkcode integerPart}, and says whether that leaves anything out. */
export function splitNumber(source: string): SplitNumber {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (!parts) throw new RangeError(`Cannot read "${source}" as a number`);
  const [, sign, whole = "", fraction = "", exponent = "0"] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const leading = /^0*/.exec(digits)![0].length;
  const hasFraction = /[1-9]/.test(digits.slice(Math.max(0, point)));
  if (point <= leading || leading === digits.length) {
    return { integer: 0n, hasFraction };
  }
  if (point - leading > 400) {
    throw new RangeError(`Cannot read "${source}": it has over 400 digits`);
  }
  const integer = BigInt(
    digits.slice(leading, point).padEnd(point - leading, "0"),
  );
  return { integer: sign ? -integer : integer, hasFraction };
}

/** A sum of integers that stays exact. */
export interface ExactSum {
  /** Adds an integer that a double holds exactly. */
  add(value: number): void;
  /** Adds an integer of any size. */
  addBig(value: bigint): void;
  /** The sum so far. */
  total(): bigint;
}

/** Starts a sum. */
export function createExactSum(start = 0n): ExactSum {
  let large = start;
  let small = 0;
  return {
    add(value) {
      const next = small + value;
      if (next <= Number.MAX_SAFE_INTEGER && next >= Number.MIN_SAFE_INTEGER) {
        small = next;
        return;
      }
      large += BigInt(small);
      small = value;
    },
    addBig(value) {
      large += value;
    },
    total: () => large + BigInt(small),
  };
}

/** Divides two integers of any size; exact to a double's precision. */
export function divide(dividend: bigint, divisor: number): number {
  const by = BigInt(divisor);
  return Number(dividend / by) + Number(dividend % by) / divisor;
}
