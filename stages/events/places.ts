/**
 * Which of several inputs an offset is in, and where in it.
 *
 * A run counts its offsets over all its inputs. How long a compressed input or a
 * pipe is shows at its end only, so each input has a range of offsets of the
 * same length, whatever it holds: an offset alone says which input it is in, in
 * every process and after any crash, and no table has to be kept. The price is
 * a longest length: 8 PiB of one input, 8 TiB of each of a thousand. Lines are
 * counted anew in each input.
 *
 * @module
 */

import type { Reject } from "../../proto/pipeline/batches.ts";

/** The inputs of a run by the offsets they have. */
export interface Places {
  /** The most bytes that one input may hold. */
  readonly longest: number;
  /** The offset at which an input begins; the first is input 0. */
  startOf(index: number): number;
  /** Which input an offset is in, and where in it. */
  find(offset: number): { index: number; offset: number };
}

/** Offsets are whole numbers that a double holds. */
const OFFSET_BITS = 53;

/** @param count How many inputs there are. */
export function createPlaces(count: number): Places {
  const longest = 2 ** (OFFSET_BITS - Math.ceil(Math.log2(count)));
  return {
    longest,
    startOf: (index) => index * longest,
    find(offset) {
      const index = Math.floor(offset / longest);
      return { index, offset: offset - index * longest };
    },
  };
}

/** How many ranges there are where the last input is followed: of 1 TiB each. */
const FOLLOWED_RANGES = 8_192;

/**
 * The inputs of a run that follows the last of them. Each file that has its name
 * for a time is one, and is called by it.
 *
 * @throws {RangeError} If there are too many.
 */
export function withGenerations(inputs: readonly string[]): string[] {
  const more = FOLLOWED_RANGES - inputs.length;
  if (more < 0) {
    throw new RangeError(
      `Cannot follow the last of ${inputs.length} inputs: ${FOLLOWED_RANGES} are possible`,
    );
  }
  return [...inputs, ...Array<string>(more).fill(inputs.at(-1)!)];
}

/** How many files may have the name that the last of so many inputs has. */
export function mostGenerations(inputs: number): number {
  return FOLLOWED_RANGES - inputs + 1;
}

/** Where a line is, for people; the file only where there are several. */
export interface Place {
  file?: string;
  line: number;
  offset: number;
}

/**
 * Names the place of a reject.
 *
 * @param inputs The inputs of the run, in order. @default {only one}
 */
export function placeOf(
  { line, offset }: Pick<Reject, "line" | "offset">,
  inputs: readonly string[] = [],
): Place {
  if (inputs.length < 2) return { line, offset };
  const place = createPlaces(inputs.length).find(offset);
  return { file: inputs[place.index]!, line, offset: place.offset };
}

/** A place in words, as "line 7" or `line 7 of "/logs/b"`. */
export function describeLine(
  { file, line }: Pick<Place, "file" | "line">,
): string {
  if (file === undefined) return `line ${line}`;
  return `line ${line} of ${file === "-" ? "standard input" : `"${file}"`}`;
}
