import { assertEquals } from "@std/assert";
import { isFlat } from "../../../tasks/conformance/memory_trend.ts";

/** In windows of 100 events, each of which may leave a byte. */
const SIZES = { window: 100, perEvent: 1 };

Deno.test("isFlat() tells what is bounded from what grows with each event", () => {
  for (
    const [lowest, flatFrom] of [
      // Nothing is known of a single window.
      [[500], undefined],
      [[500, 500], 2],
      [[500, 600], 2],
      [[500, 601], undefined],
      // A heap that has its size late.
      [[500, 700, 750, 750], 4],
      // What was not collected once is collected later.
      [[500, 900, 650], 3],
      // Two bytes an event, and what a collector leaves now and then.
      [[500, 700, 900, 1_100, 1_300], undefined],
      [[500, 760, 900, 1_150, 1_310], undefined],
      // It holds less than at first.
      [[500, 300], 2],
    ] as const
  ) {
    const windows = lowest.map((_, at) => at + 1);

    const first = windows.find((count) =>
      isFlat({ ...SIZES, lowest: lowest.slice(0, count) })
    );

    assertEquals(first, flatFrom, lowest.join(", "));
  }
});
