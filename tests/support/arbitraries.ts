/**
 * Values for property tests that the library makes only at a high price.
 *
 * @module
 */

import fc from "fast-check";

/** Surrogates are no characters: from these up to those after them. */
const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;
const CODE_POINTS = 0x11_0000;

/**
 * Any one character, a control or one outside of the first plane too.
 *
 * As `unit: "binary"` of fast-check, which fills a table of all the 1.1 million
 * characters first: 1.5 s of a core in each file of tests.
 */
const character = fc.nat(CODE_POINTS - SURROGATES - 1).map(
  (at) => String.fromCodePoint(at < FIRST_SURROGATE ? at : at + SURROGATES),
  // So that the strings that often break programs ("__proto__") are tried too.
  (value) => {
    const point = typeof value === "string" ? value.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== value) {
      throw new Error(`Not one character: ${JSON.stringify(value)}`);
    }
    return point < FIRST_SURROGATE ? point : point - SURROGATES;
  },
);

/** Text of any characters. */
export function anyText(
  constraints: fc.StringSharedConstraints = {},
): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: character });
}
