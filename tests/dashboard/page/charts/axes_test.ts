import { assertEquals, assertMatch } from "@std/assert";
import {
  axisNumbers,
  axisTimes,
  TIME_STEPS,
  timeSpan,
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

Deno.test("axisTimes() says each moment otherwise, at any step", () => {
  for (const step of TIME_STEPS) {
    const words = axisTimes([0, step, 2 * step], step);

    assertEquals(new Set(words).size, step === 12 * 3_600 ? 2 : 3, `${step}`);
  }
});

Deno.test("timeSpan() is some seconds wide at least, and reaches the newest mark", () => {
  assertEquals(timeSpan(100, 100, []), [100, 105]);
  assertEquals(timeSpan(100, 130, [90, 140]), [100, 140]);
  assertEquals(timeSpan(null, null, [7]), [null, null]);
});

Deno.test("summaryOf() says a chart in a sentence", () => {
  assertEquals(
    summaryOf("Speed", [{ label: "in" }, { label: "out" }], [[1, null, 7, 3], [
      null,
    ]], String),
    "Speed. in: 3 at last, 1 to 7 over the whole time. out: nothing yet.",
  );
});
