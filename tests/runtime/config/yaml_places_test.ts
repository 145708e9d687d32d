import { assertEquals } from "@std/assert";
import { placesIn } from "../../../runtime/config/yaml_places.ts";

const TEXT = `x-base: &base
  restart: always
x-list: &list [x, y]
services:
  a: { command: *list, "b c": 1 }
  d:
    <<: [*base]
    environment:
      - A=1
      - B=2
  e: *base
`;

const PLACES: [string, PropertyKey[], [number, number, number]][] = [
  ["the file", [], [1, 1, 0]],
  ["a key", ["services"], [4, 1, 1]],
  ["a key in a map on one line", ["services", "a", "b c"], [5, 24, 3]],
  ["an entry of a list", ["services", "d", "environment", 1], [10, 9, 4]],
  ["what is merged in", ["services", "d", "restart"], [2, 3, 3]],
  ["what an alias stands for", ["services", "e", "restart"], [2, 3, 3]],
  [
    "an entry that an alias stands for",
    ["services", "a", "command", 1],
    [3, 19, 4],
  ],
  ["what is not there", ["services", "d", "script", "x"], [6, 3, 2]],
  ["what a text cannot hold", ["x-base", "restart", "x"], [2, 3, 2]],
];

Deno.test("placesIn() finds where something stands", async (t) => {
  const find = placesIn(TEXT);
  for (const [what, path, [line, column, depth]] of PLACES) {
    await t.step(
      what,
      () => assertEquals(find(path), { line, column, depth }),
    );
  }
});

Deno.test("placesIn() takes the beginning for a place in an empty text", () => {
  assertEquals(placesIn("")(["services"]), { line: 1, column: 1, depth: 0 });
});
