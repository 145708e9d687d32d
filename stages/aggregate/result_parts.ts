/**
 * Cuts the results into parts that fit into a message each.
 *
 * @module
 */

import type { Result } from "./aggregate.ts";

/** The most results in a part. */
const MOST_RESULTS = 1_000;
/** A part that is so long, in characters, is whole. */
const MOST_CHARACTERS = 131_072;
/** The numbers of a result, and what is around them, in characters. */
const NUMBERS = 64;

/** Gives the results in parts, in their order; none of them is empty. */
export function* inParts(results: Iterable<Result>): Generator<Result[]> {
  let part: Result[] = [];
  let length = 0;
  for (const result of results) {
    part.push(result);
    length += lengthOf(result);
    if (part.length < MOST_RESULTS && length < MOST_CHARACTERS) continue;
    yield part;
    part = [];
    length = 0;
  }
  if (part.length > 0) yield part;
}

/** About as many characters as a result has. */
function lengthOf({ key, values, tags }: Result): number {
  let length = NUMBERS * (1 + values.length);
  for (const json of key) length += json.length;
  for (const { sum, min, max, percentiles } of values) {
    length += sum.length + min.length + max.length;
    for (const percentile of percentiles) length += percentile.length;
  }
  for (const { tag, value } of tags) {
    length += NUMBERS + tag.length + value.length;
  }
  return length;
}
