import { assertEquals } from "@std/assert";
import { linePath } from "../../../../dashboard/page/ui/line_path.ts";

const FRAME = { width: 10, height: 10, endMs: 100, spanMs: 100, top: 10 };

Deno.test("linePath() takes the greatest of what shares a pixel", () => {
  assertEquals(
    linePath([10, 12, 25, 40], [1, 5, 10, 20], FRAME),
    "M1.5 5.0L2.5 0.0L4.5 0.0",
  );
});

Deno.test("linePath() leaves a gap where nothing is known, and out what is too old", () => {
  assertEquals(
    linePath([-20, 10, 25, 40], [9, 0, null, 10], FRAME),
    "M1.5 10.0M4.5 0.0",
  );
});
