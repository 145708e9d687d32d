import { assertEquals } from "@std/assert";
import { wrapWords } from "../../../runtime/program/wrap_words.ts";

Deno.test("wrapWords() breaks between words, and indents what follows", () => {
  assertEquals(wrapWords("one two three four", 9, "  "), [
    "one two",
    "  three",
    "  four",
  ]);
});

Deno.test("wrapWords() leaves a long word whole, on a line of its own", () => {
  assertEquals(wrapWords("see /a/very/long/path now", 8, "  "), [
    "see",
    "  /a/very/long/path",
    "  now",
  ]);
});

Deno.test("wrapWords() breaks no line that fits", () => {
  assertEquals(wrapWords("one  two", Infinity), ["one  two"]);
  assertEquals(wrapWords("", 10), [""]);
});
