import { assert, assertEquals } from "@std/assert";
import {
  createPlaces,
  describeLine,
  placeOf,
  withGenerations,
} from "../../../stages/events/places.ts";

Deno.test("createPlaces() finds any offset again, in as many inputs as there may be", () => {
  for (const count of [1, 2, 3, 4, 1_000, 1_024, 1_025]) {
    const { longest, startOf, find } = createPlaces(count);
    for (const index of [0, count >> 1, count - 1]) {
      for (const offset of [0, 1, 2 ** 32 + 1, longest - 1]) {
        const at = startOf(index) + offset;

        assert(Number.isSafeInteger(at), `${count}: ${at}`);
        assertEquals(find(at), { index, offset });
      }
    }
  }
  assertEquals(createPlaces(1).longest - 1, Number.MAX_SAFE_INTEGER);
});

Deno.test("placeOf() names the file where there are several", () => {
  const { startOf } = createPlaces(3);
  const inputs = ["/a", "-", "/a"];

  assertEquals(placeOf({ line: 5, offset: 9 }), { line: 5, offset: 9 });
  assertEquals(placeOf({ line: 5, offset: 9 }, ["/a"]), { line: 5, offset: 9 });
  assertEquals(
    inputs.map((_, at) =>
      placeOf({ line: 5, offset: startOf(at) + 9 }, inputs)
    ),
    inputs.map((file) => ({ file, line: 5, offset: 9 })),
  );
  assertEquals(
    [{ line: 1 }, { file: "/a", line: 2 }, { file: "-", line: 3 }]
      .map(describeLine),
    ["line 1", 'line 2 of "/a"', "line 3 of standard input"],
  );
});

Deno.test("withGenerations() gives each file that has a followed name a range of 1 TiB", () => {
  const ranges = withGenerations(["a", "b"]);
  const { longest, startOf } = createPlaces(ranges.length);

  assertEquals(longest, 2 ** 40);
  assertEquals([ranges.length, ranges.at(-1)], [8_192, "b"]);
  assertEquals(
    [0, 1, 2, 8_191].map((index) =>
      placeOf({ line: 3, offset: startOf(index) + 7 }, ranges)
    ),
    ["a", "b", "b", "b"].map((file) => ({ file, line: 3, offset: 7 })),
  );
});
