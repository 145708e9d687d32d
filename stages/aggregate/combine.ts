/**
 * Makes one number of the numbers that a row has in several columns.
 *
 * @module
 */

/** Numbers of rows, each below `count`. */
export interface NumberColumn {
  index: Uint32Array;
  count: number;
}

/** So many combinations are never too many for a table. */
const FEW = 1_024;
/** So many for each row are worth a table that is cleared for each batch. */
const FOR_EACH_ROW = 64;
/** The most places that a table may have: 4 MiB of them. */
const MOST = 2 ** 20;

/**
 * Combines columns: rows that have the same numbers get the same one.
 *
 * @param scratch Room for so many rows, used where there are several columns.
 */
export function combine(
  columns: readonly NumberColumn[],
  rows: number,
  scratch: Uint32Array,
): NumberColumn {
  const most = Math.min(MOST, FEW + FOR_EACH_ROW * rows);
  const first = columns[0];
  if (!first) {
    scratch.fill(0, 0, rows);
    return { index: scratch, count: 1 };
  }
  if (columns.length === 1 && first.count <= most) return first;
  let { index, count } = first;
  for (let at = 1; at < columns.length; at++) {
    const other = columns[at]!;
    if (count * other.count > most) {
      count = combineSparsely(index, other, rows, scratch);
    } else {
      combineAll(index, other, rows, scratch);
      count *= other.count;
    }
    index = scratch;
  }
  if (count <= most) return { index, count };
  return { index: scratch, count: renumber(index, rows, scratch) };
}

/** Gives each combination that can be its own number. */
function combineAll(
  index: Uint32Array,
  { index: others, count }: NumberColumn,
  rows: number,
  into: Uint32Array,
): void {
  for (let row = 0; row < rows; row++) {
    into[row] = index[row]! * count + others[row]!;
  }
}

/** Numbers the combinations in the order they come. */
function combineSparsely(
  index: Uint32Array,
  other: NumberColumn,
  rows: number,
  into: Uint32Array,
): number {
  const numbers = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const both = index[row]! * other.count + other.index[row]!;
    let number = numbers.get(both);
    if (number === undefined) numbers.set(both, number = numbers.size);
    into[row] = number;
  }
  return numbers.size;
}

function renumber(
  index: Uint32Array,
  rows: number,
  into: Uint32Array,
): number {
  const one = { index: new Uint32Array(rows), count: 1 };
  return combineSparsely(index, one, rows, into);
}
