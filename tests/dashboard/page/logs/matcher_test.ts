import { assert, assertEquals } from "@std/assert";
import { readSearch } from "../../../../dashboard/page/logs/matcher.ts";

Deno.test("readSearch() marks text in capitals or not, and takes signs as they are", () => {
  assertEquals(marked("a.b", false, "A.B axb"), ["A.B"]);
  assertEquals(marked("<b>", false, "x <b>y</b>"), ["<b>"]);
});

Deno.test("readSearch() marks by a pattern, of which nothing matches nothing", () => {
  assertEquals(marked("e[0-9]+", true, "e12 E3 e4"), ["e12", "e4"]);
  assertEquals(marked("(?i)error", true, "Error"), ["Error"]);
  assertEquals(marked("x*", true, "abc"), []);
});

Deno.test("readSearch() takes no longer for a pattern that RegExp never ends with", () => {
  const line = `${"a".repeat(60_000)}!`;
  const began = performance.now();

  assertEquals(marked("(a+)+$", true, line), []);

  const tookMs = performance.now() - began;
  assert(tookMs < 5_000, `took ${tookMs} ms`);
});

Deno.test("a matcher leaves nothing out of a line", () => {
  const search = readSearch("b", false);

  assertEquals(search.is === "search" && search.matcher("abcb"), [
    { text: "a", isMatch: false },
    { text: "b", isMatch: true },
    { text: "c", isMatch: false },
    { text: "b", isMatch: true },
  ]);
});

Deno.test("readSearch() says why a pattern is none", () => {
  assertEquals([readSearch("(", true).is, readSearch("", true).is], [
    "wrong",
    "none",
  ]);
});

function marked(text: string, isPattern: boolean, line: string): string[] {
  const search = readSearch(text, isPattern);
  if (search.is !== "search") return [search.is];
  return search.matcher(line).filter(({ isMatch }) => isMatch)
    .map((piece) => piece.text);
}
