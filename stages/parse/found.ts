/**
 * What a scanner finds in a line.
 *
 * @module
 */

/** The line is not for the scanner. */
export const MISS = -1;

/** What stands in a slot. */
export const ABSENT = 0;
/** A string without escapes; its range is what is between the quotes. */
export const STRING = 1;
/** A string that is a date and time with zone. */
export const TIMESTAMP = 2;
/** A whole number of so few digits that a double holds it; see `integer`. */
export const INTEGER = 3;
/** Any other number. */
export const NUMBER = 4;
export const TRUE = 5;
export const FALSE = 6;
export const NULL = 7;
/** An object or an array. */
export const NESTED = 8;

/** What was found in a line, by slot. */
export interface Found {
  /** One of the kinds above. */
  kind: Uint8Array;
  /** Where the value begins and ends, as an index into the bytes. */
  from: Int32Array;
  to: Int32Array;
  /** The value of an `INTEGER`. */
  integer: Float64Array;
}

/** Nothing found yet. */
export function createFound(slots: number): Found {
  return {
    kind: new Uint8Array(slots),
    from: new Int32Array(slots),
    to: new Int32Array(slots),
    integer: new Float64Array(slots),
  };
}
