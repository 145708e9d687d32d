import { assertEquals, assertMatch } from "@std/assert";
import {
  axisNumbers,
  axisTimes,
} from "../../../../dashboard/page/charts/axes.ts";
import { summaryOf } from "../../../../dashboard/page/charts/summary.ts";

Deno.test("axisNumbers() writes all values in one unit", () => {
  assertEquals(axisNumbers([0, 200_000, 400_000]), ["0", "200 k", "400 k"]);
  assertEquals(axisNumbers([0, 500_000, 1_000_000]), ["0", "0.5 M", "1.0 M"]);
  assertEquals(axisNumbers([0, 0.25, 0.5], "ms"), ["0", "0.25 ms", "0.50 ms"]);
  assertEquals(axisNumbers([]), []);
});

Deno.test("axisTimes() has seconds only where they differ", () => {
  assertMatch(axisTimes([0], 5)[0]!, /^\d\d:\d\d:\d\d$/);
  assertMatch(axisTimes([0], 60)[0]!, /^\d\d:\d\d$/);
});

Deno.test("summaryOf() says a chart in a sentence", () => {
  assertEquals(
    summaryOf("Speed", [{ label: "in" }, { label: "out" }], [[1, null, 7, 3], [
      null,
    ]], String),
    "Speed. in: 3 at last, 1 to 7 over the whole time. out: nothing yet.",
  );
});
