import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { quoteWord, wrapWords } from "../../../runtime/program/shell_words.ts";

Deno.test("wrapWords() keeps within the columns, and gives a longer word a line of its own", () => {
  const words = ["deno", "run", "--allow-net=127.0.0.1:6001", "-A", "main.ts"];

  assertEquals(wrapWords(words, { columns: 16, goesOn: " \\" }), [
    "deno run \\",
    "--allow-net=127.0.0.1:6001 \\",
    "-A main.ts",
  ]);
  assertEquals(wrapWords(["a", "b", "c"], { columns: 4, between: ", " }), [
    "a,",
    "b, c",
  ]);
  assertEquals(wrapWords([], { columns: 4 }), []);
});

Deno.test("wrapWords() loses no word, and only a single word is too wide", () => {
  const word = fc.stringMatching(/^[a-z]{1,9}$/);
  fc.assert(
    fc.property(
      fc.array(word),
      fc.integer({ min: 1, max: 20 }),
      (words, columns) => {
        const lines = wrapWords(words, { columns });
        assertEquals(lines.flatMap((line) => line.split(" ")), words);
        assert(
          lines.every((line) => line.length <= columns || !line.includes(" ")),
        );
      },
    ),
  );
});

Deno.test("quoteWord() quotes what a shell would not take as it is", () => {
  assertEquals(["a-b=/c,d", "DENIZEN_*", "it's", ""].map(quoteWord), [
    "a-b=/c,d",
    "'DENIZEN_*'",
    `'it'\\''s'`,
    "''",
  ]);
});
