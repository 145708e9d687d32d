import { assertEquals } from "@std/assert";
import {
  nextSort,
  sorted,
  sortOf,
  sortText,
} from "../../../../dashboard/page/ui/sort.ts";

Deno.test("an order survives the address", () => {
  assertEquals(["cpu", "-cpu"].map((text) => sortText(sortOf(text))), [
    "cpu",
    "-cpu",
  ]);
  assertEquals([null, "", "-"].map(sortOf), [undefined, undefined, undefined]);
});

Deno.test("nextSort() goes up, down, and back to the order of the config", () => {
  const up = nextSort(undefined, "cpu");
  const down = nextSort(up, "cpu");

  assertEquals([up?.isDown, down?.isDown, nextSort(down, "cpu")], [
    false,
    true,
    undefined,
  ]);
  assertEquals(nextSort(down, "name"), { key: "name", isDown: false });
});

Deno.test("sorted() puts what is not known last, whichever way", () => {
  const values = [2, undefined, 10, 1];

  assertEquals(sorted(values, (each) => each, false), [1, 2, 10, undefined]);
  assertEquals(sorted(values, (each) => each, true), [10, 2, 1, undefined]);
  assertEquals(sorted(["w10", "w9"], (each) => each, false), ["w9", "w10"]);
});
