import { assertEquals } from "@std/assert";
import damerauLevenshtein from "damerau-levenshtein";
import fc from "fast-check";
import {
  distance,
  suggest,
  suggestion,
  suggestionOrAll,
} from "../../../runtime/program/suggest.ts";

const STAGES = ["ingest", "parse", "rules", "aggregate", "sink"];

for (
  const [word, known, hint] of [
    ["pares", STAGES, "parse"],
    ["prase", STAGES, "parse"],
    ["Parse", STAGES, "parse"],
    ["agregate", STAGES, "aggregate"],
    ["--btach", ["--batch", "--json"], "--batch"],
    ["--f", ["-f"], "-f"],
    ["--out", ["--output", "--rejects"], "--output"],
    // What is far off says nothing.
    ["nosuch", ["broker", "calculator-server"], undefined],
    ["--rate", ["--state", "--batch"], undefined],
    ["-z", ["-f"], undefined],
    ["ab", ["cd"], undefined],
    ["", STAGES, undefined],
    ["a", [], undefined],
  ] as const
) {
  Deno.test(`suggest() means ${hint ?? "nothing"} by "${word}"`, () => {
    assertEquals(
      suggest(word, known),
      hint === undefined ? "" : `did you mean "${hint}"?`,
    );
  });
}

Deno.test("suggestion() ends a sentence, and suggestionOrAll() never leaves one open", () => {
  assertEquals(suggestion("prase", STAGES), '; did you mean "parse"?');
  assertEquals(suggestion("x", STAGES), "");
  assertEquals(
    suggestionOrAll("x", ["a", "bc"]),
    "; expected one of a, bc",
  );
});

Deno.test("suggest() has no more work with a word of 60,000 letters", () => {
  assertEquals(suggest(`--${"a".repeat(60_000)}`, ["broker", "once"]), "");
});

Deno.test("distance() is Damerau's, as a known package computes it", () => {
  // Few letters, so that many words are near; the package gives up at a
  // distance of more than four.
  const word = fc.string({
    unit: fc.constantFrom("a", "b", "c"),
    maxLength: 4,
  });

  fc.assert(
    fc.property(word, word, (one, other) => {
      assertEquals(distance(one, other), damerauLevenshtein(one, other).steps);
    }),
    { numRuns: 5_000 },
  );
});
