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
  const [first, ...others] = columns;
  if (!first) {
    scratch.fill(0, 0, rows);
    return { index: scratch, count: 1 };
  }
  let { index, count } = first;
  for (const other of others) {
    if (count * other.count > most) {
      count = combineSparsely(index, other, rows, scratch);
    } else {
      for (let row = 0; row < rows; row++) {
        scratch[row] = index[row]! * other.count + other.index[row]!;
      }
      count *= other.count;
    }
    index = scratch;
  }
  if (count <= most) return { index, count };
  return { index: scratch, count: renumber(index, rows, scratch) };
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
