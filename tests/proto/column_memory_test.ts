import { assertEquals } from "@std/assert";
import {
  byteColumn,
  doubleColumn,
  indexColumn,
} from "../../proto/column_memory.ts";

/** More than a block has, and than is worth one. */
const SIZES = [0, 1, 3, 100, 1_000, 5_000, 20_000];

Deno.test("doubleColumn(), indexColumn() and byteColumn() give zeros of their own", () => {
  const columns = [...SIZES, ...SIZES, ...SIZES].flatMap((rows) => [
    doubleColumn(rows),
    byteColumn(rows),
    indexColumn(rows),
  ]);
  const sum = (column: Iterable<number>) => {
    let sum = 0;
    for (const number of column) sum += number;
    return sum;
  };

  const before = columns.map(sum);
  columns.forEach((column, number) => column.fill(number));

  assertEquals(before, columns.map(() => 0));
  assertEquals(
    columns.map(sum),
    columns.map(({ length }, number) => length * number),
  );
});
