import { assertEquals } from "@std/assert";
import {
  describeMatches,
  matcherOf,
  matchesIn,
  nextMatch,
  piecesOf,
} from "../../../tasks/live_view/search.ts";

const found = (text: string, search: string) =>
  piecesOf(text, matcherOf(search))
    .map(({ text, isMatch }) => isMatch ? `[${text}]` : text).join("");

Deno.test("piecesOf() marks text as it is written, whatever its case", () => {
  assertEquals(found("Error: an error", "error"), "[Error]: an [error]");
  assertEquals(found("Error: an error", "Error"), "[Error]: an error");
  assertEquals(found("a.b(c) axb", "a.b("), "[a.b(]c) axb");
  assertEquals(found("日本語 ÄRGER", "ärger"), "日本語 [ÄRGER]");
  assertEquals(found("nothing", ""), "nothing");
  assertEquals(found("aaa", "aa"), "[aa]a");
});

Deno.test("matchesIn() finds lines, each as often as it is asked", () => {
  const lines = ["a", "b", "ab", "c"].map((text, sequence) => ({
    text,
    sequence: 10 + sequence,
  }));
  const matcher = matcherOf("a");

  assertEquals(matchesIn(lines, matcher), [0, 2]);
  assertEquals(matchesIn(lines, matcher), [0, 2]);
  assertEquals(matchesIn(lines, undefined), []);
  assertEquals(describeMatches(lines, [0, 2], 12), "2 of 2");
  assertEquals(describeMatches(lines, [0, 2], undefined), "2 lines");
  assertEquals(describeMatches(lines, [0], 11), "1 line");
  assertEquals(describeMatches(lines, [], 11), "no match");
});

Deno.test("nextMatch() goes round", () => {
  assertEquals(nextMatch([1, 5], 1, 1), 5);
  assertEquals(nextMatch([1, 5], 5, 1), 1);
  assertEquals(nextMatch([1, 5], 1, -1), 5);
  assertEquals(nextMatch([1, 5], 3, -1), 1);
  assertEquals(nextMatch([], 3, 1), undefined);
});
