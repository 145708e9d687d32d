/**
 * Integers of any size: reading them from JSON text, and dividing them.
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

/** Divides two integers of any size; exact to a double's precision. */
export function divide(dividend: bigint, divisor: number): number {
  const by = BigInt(divisor);
  return Number(dividend / by) + Number(dividend % by) / divisor;
}
