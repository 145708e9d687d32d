import { assertEquals } from "@std/assert";
import {
  indexOfLine,
  offsetsOf,
  rowAt,
  rowsInView,
} from "../../../../dashboard/page/logs/rows_in_view.ts";

Deno.test("rowsInView() finds what is seen among rows of any height", () => {
  const offsets = offsetsOf(100, (index) => index === 0 ? 100 : 10);

  assertEquals([...offsets.slice(0, 3)], [0, 100, 110]);
  assertEquals([rowAt(offsets, 99), rowAt(offsets, 100)], [0, 1]);
  assertEquals([rowAt(offsets, -5), rowAt(offsets, 99_999)], [0, 99]);
  assertEquals(rowsInView(offsets, 200, 50, 2), { first: 9, end: 19 });
  assertEquals(rowsInView(offsetsOf(0, () => 1), 0, 50), { first: 0, end: 0 });
});

Deno.test("indexOfLine() finds a line, or the next where it is gone", () => {
  const lines = [3, 5, 9].map((n) => ({ n }));

  assertEquals([1, 5, 6, 10].map((n) => indexOfLine(lines, n)), [0, 1, 2, 3]);
});
