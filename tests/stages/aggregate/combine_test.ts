import { assert, assertEquals } from "@std/assert";
import { combine } from "../../../stages/aggregate/combine.ts";

/** For each row the first row that has the same number. */
function firstAlike(numbers: readonly (number | string)[]): number[] {
  return numbers.map((number) => numbers.indexOf(number));
}

for (
  const [what, sizes] of [
    ["no columns", []],
    ["one column", [5]],
    ["one column of very many", [100_000]],
    ["columns of few", [5, 7, 3]],
    ["columns of many", [100, 100, 100, 4]],
    ["columns of very many", [100_000, 100_000, 2 ** 30]],
  ] as const
) {
  Deno.test(`combine() gives the rows of ${what} one number where they are alike`, () => {
    const rows = 60;
    const columns = sizes.map((count, column) => ({
      count,
      index: Uint32Array.from(
        { length: rows },
        (_, row) => (row * (column + 3)) % 6 % count,
      ),
    }));

    const combined = combine(columns, rows, new Uint32Array(rows));

    const found = [...combined.index.subarray(0, rows)];
    const expected = Array.from(
      { length: rows },
      (_, row) => columns.map(({ index }) => index[row]).join(),
    );
    assertEquals(firstAlike(found), firstAlike(expected));
    assert(found.every((number) => number < combined.count));
    // A table of so many places is cleared for each batch.
    assert(combined.count <= 10_000);
  });
}
