import { assertEquals, assertThrows } from "@std/assert";
import { median, spreadOf } from "../../../tasks/bench/statistics.ts";

Deno.test("median() is the middle one, or the mean of the two in the middle", () => {
  assertEquals(
    [[3], [3, 1], [10, 2, 9], [4, 1, 3, 100]].map(median),
    [3, 2, 9, 3.5],
  );
});

Deno.test("spreadOf() rounds to the digits that are asked for", () => {
  assertEquals(spreadOf([2.25, 1.04, 9.96], 1), {
    median: 2.3,
    min: 1,
    max: 10,
  });
  assertThrows(() => spreadOf([]), RangeError);
});
