import { assertEquals } from "@std/assert";
import { createFinalLines } from "../../../tasks/run/appending.ts";

/** What is printed of results, each one digit of a window and one of a count. */
function printer() {
  const finalLines = createFinalLines();
  return (from: number, closed: number, ...results: string[]) => {
    const mark = finalLines.of({ from, closed });
    return results.map((text) => mark(`{"r":"${text}"}`)).join("").split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map(({ r, final }) => `${r}${final ? "!" : ""}`);
  };
}

Deno.test("createFinalLines() marks results of closed windows, and those of the end", () => {
  const print = printer();

  assertEquals(print(0, 0, "a1", "b1"), ["a1", "b1"]);
  assertEquals(print(0, 1, "a2", "b2"), ["a2!", "b2"]);
  assertEquals(print(1, 2, "b3", "c1"), ["b3!", "c1"]);
  assertEquals(print(0, Infinity, "a2", "b3", "c4"), ["c4!"]);
});

Deno.test("createFinalLines() prints no final line again, and nothing older, when the sink begins anew", () => {
  const print = printer();
  print(0, 2, "a2", "b2", "c1");

  // The chain goes on from what was saved before.
  assertEquals(print(0, 1, "a2", "b1"), []);
  assertEquals(print(0, 2, "a2", "b2", "c1"), ["c1"]);
  assertEquals(print(2, 4, "c3", "d1", "e1"), ["c3!", "d1!", "e1"]);
  assertEquals(print(0, Infinity, "a2", "b2", "c3", "d1"), []);
});

Deno.test("createFinalLines() adds its field last, whatever is in a line", () => {
  const mark = createFinalLines().of({ from: 0, closed: 1 });

  assertEquals(mark('{"k":"}\u2028"}'), '{"k":"}\u2028","final":true}\n');
});
