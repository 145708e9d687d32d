/**
 * Which rows of a long list are in view, so that only they are drawn.
 *
 * @module
 */

/** Where each row begins; the last is where all end. */
export function offsetsOf(
  rows: number,
  heightOf: (index: number) => number,
): Float64Array {
  const offsets = new Float64Array(rows + 1);
  for (let index = 0; index < rows; index++) {
    offsets[index + 1] = offsets[index]! + heightOf(index);
  }
  return offsets;
}

/** The row at a place; the first or last for a place beyond. */
export function rowAt(offsets: Float64Array, place: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle]! <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The rows from `first` up to `end`, with some that are nearly in view. */
export function rowsInView(
  offsets: Float64Array,
  top: number,
  height: number,
  spare = 10,
): { first: number; end: number } {
  const rows = offsets.length - 1;
  if (rows === 0) return { first: 0, end: 0 };
  return {
    first: Math.max(0, rowAt(offsets, top) - spare),
    end: Math.min(rows, rowAt(offsets, top + height) + 1 + spare),
  };
}

/** The index of the line with a number, or of the first after it. */
export function indexOfLine(
  lines: readonly { n: number }[],
  wanted: number,
): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.n < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
