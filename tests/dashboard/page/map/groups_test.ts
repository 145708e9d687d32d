import { assertEquals } from "@std/assert";
import { blocksOf } from "../../../../dashboard/page/map/groups.ts";
import { depthsOf } from "../../../../dashboard/page/map/depths.ts";
import { lanesOf } from "../../../../dashboard/page/map/lanes.ts";

const LEAVES = Array.from({ length: 6 }, (_, i) => `leaf-${i}`);

Deno.test("blocksOf() frames many that need the same and that nobody needs", () => {
  const names = ["broker", ...LEAVES, "web", "user"];
  const blocks = blocksOf(names, [
    ...LEAVES.map((name): [string, string] => [name, "broker"]),
    ["web", "broker"],
    ["user", "web"],
  ]);

  assertEquals(blocks.map(({ members }) => members), [
    ["broker"],
    LEAVES,
    ["web"],
    ["user"],
  ]);
});

Deno.test("blocksOf() lets a few stand each for itself", () => {
  const names = ["broker", ...LEAVES.slice(1)];
  const blocks = blocksOf(
    names,
    LEAVES.slice(1).map((name) => [name, "broker"]),
  );

  assertEquals(blocks.map(({ name }) => name), names);
});

Deno.test("depthsOf() takes the longest way, and stands a ring", () => {
  const depths = depthsOf(["a", "b", "c", "ring", "round"], [
    ["b", "a"],
    ["c", "a"],
    ["c", "b"],
    ["ring", "round"],
    ["round", "ring"],
  ]);

  assertEquals(Object.fromEntries(depths), {
    a: 0,
    b: 1,
    c: 2,
    ring: 2,
    round: 1,
  });
});

Deno.test("lanesOf() gives one lane to the lines of a row, others where they meet", () => {
  const row = new Map(["a", "b", "c", "d"].map((name, i) => [name, i]));
  const line = (from: string, to: string, dashed = false) => ({
    from,
    to,
    dashed,
  });
  const { lanes, count } = lanesOf([
    line("b", "a"),
    line("c", "a"),
    line("d", "c"),
    line("b", "a", true),
    line("x", "a", true),
  ], row);

  assertEquals(lanes, [1, 1, 0, 0, 0]);
  assertEquals(count, 2);
});
