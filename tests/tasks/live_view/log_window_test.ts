import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  held,
  logWindow,
  scrolled,
} from "../../../tasks/live_view/log_window.ts";

/** Lines 10, 20, 30, ...: those of other services are between them. */
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ sequence: 10 * (index + 1) }));

const numbers = (shown: readonly { sequence: number }[]) =>
  shown.map(({ sequence }) => sequence);

for (
  const { name, count, height, place, expected } of [
    {
      name: "the end when it follows",
      count: 5,
      height: 2,
      place: undefined,
      expected: { shown: [40, 50], above: 3, below: 0 },
    },
    {
      name: "everything that fits",
      count: 2,
      height: 5,
      place: undefined,
      expected: { shown: [10, 20], above: 0, below: 0 },
    },
    {
      name: "up to its place",
      count: 5,
      height: 2,
      place: 30,
      expected: { shown: [20, 30], above: 1, below: 2 },
    },
    {
      name: "up to its place when that line is filtered out",
      count: 5,
      height: 2,
      place: 39,
      expected: { shown: [20, 30], above: 1, below: 2 },
    },
    {
      name: "a full page when its place has been dropped",
      count: 5,
      height: 3,
      place: 1,
      expected: { shown: [10, 20, 30], above: 0, below: 2 },
    },
    {
      name: "nothing in no rows",
      count: 5,
      height: 0,
      place: undefined,
      expected: { shown: [], above: 5, below: 0 },
    },
  ]
) {
  Deno.test(`logWindow() shows ${name}`, () => {
    const { shown, above, below } = logWindow(lines(count), height, place);

    assertEquals({ shown: numbers(shown), above, below }, expected);
  });
}

for (
  const { from, by, expected } of [
    { from: undefined, by: -1, expected: 40 },
    { from: undefined, by: 1, expected: undefined },
    { from: 40, by: 1, expected: undefined },
    { from: 30, by: 1, expected: 40 },
    { from: 30, by: -1, expected: 20 },
    { from: 30, by: -100, expected: 20 },
    { from: 20, by: 100, expected: undefined },
  ]
) {
  Deno.test(`scrolled() by ${by} from ${from ?? "the end"} is ${expected ?? "the end"}`, () => {
    assertEquals(scrolled(lines(5), 2, from, by), expected);
  });
}

Deno.test("scrolled() follows where everything fits", () => {
  assertEquals(scrolled(lines(2), 5, undefined, -1), undefined);
  assertEquals(scrolled([], 5, undefined, -1), undefined);
});

Deno.test("held() stays where it is when lines come", () => {
  const place = held(lines(3));

  assertEquals(numbers(logWindow(lines(9), 2, place).shown), [20, 30]);
});

Deno.test("logWindow() is always full, and accounts for every line", () => {
  const size = fc.nat({ max: 30 });
  fc.assert(
    fc.property(size, size, fc.option(size, { nil: undefined }), (
      count,
      height,
      place,
    ) => {
      const { shown, above, below } = logWindow(lines(count), height, place);
      assertEquals(shown.length, Math.min(count, height));
      assertEquals(above + shown.length + below, count);
      assert(numbers(shown).every((n, i, all) => i === 0 || all[i - 1]! < n));
    }),
  );
});
