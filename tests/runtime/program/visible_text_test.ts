import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  visible,
  visibleInLine,
  visibleOutput,
} from "../../../runtime/program/visible_text.ts";
import { anyText } from "../../support/arbitraries.ts";

for (
  const [name, text, expected] of [
    ["plain text", "12 x 3 = 36\n\ta", "12 x 3 = 36\n\ta"],
    ["words of the world", "naïve 日本語 می‌خواهم क्‍ष 👩‍👩‍👧 ❤️ 1️⃣", undefined],
    ["a title", "\x1b]0;evil\x07", "\\u001b]0;evil\\u0007"],
    ["8-bit controls", "\x9b2J\x85", "\\u009b2J\\u0085"],
    ["a line that is written over", "good\rbad", "good\\rbad"],
    ["line ends of Windows", "a\r\nb\r\n", "a\nb\n"],
    ["backspaces", "a\bb\x7f", "a\\bb\\u007f"],
    ["text that runs backwards", "a\u202eb\u2066c", "a\\u202eb\\u2066c"],
    ["what cannot be seen", "a\u200bb\ufeff\xad", "a\\u200bb\\ufeff\\u00ad"],
    ["a joiner that joins nothing", "a\u200db", "a\\u200db"],
    ["a joiner of what is not seen", "é\u200d\u034f", "é\\u200d\\u034f"],
    ["a joiner behind it", "a\ufe0f\u200dé", "a\\ufe0f\\u200dé"],
    ["the form of a filler", "\u3164\ufe0f", "\\u3164\\ufe0f"],
    ["a tag", "a\u{e0041}", "a\\udb40\\udc41"],
    ["half a character", "a\ud83d", "a\\ud83d"],
    ["the end of a line of Unicode", "a\u2028b", "a\\u2028b"],
    ["colours", "\x1b[31mred", "\\u001b[31mred"],
  ] as const
) {
  Deno.test(`visible() shows ${name}`, () => {
    assertEquals(visible(text), expected ?? text);
  });
}

for (
  const [name, text, expected] of [
    ["colours", "\x1b[1;31mred\x1b[m x\n", "\x1b[1;31mred\x1b[m x\n"],
    ["a true colour", "\x1b[38:2::1:2:3mx\x1b[0m", undefined],
    ["a colour that goes on", "\x1b[31ma\r\nb", "\x1b[31ma\x1b[0m\nb"],
    ["a colour without an end", "\x1b[0m\x1b[7mx", "\x1b[0m\x1b[7mx\x1b[0m"],
    ["cursor moves", "\x1b[2J\x1b[5;5Hx", "\\u001b[2J\\u001b[5;5Hx"],
    ["what only looks like a colour", "\x1b[>4m", "\\u001b[>4m"],
    ["a colour that is cut short", "x\x1b[31", "x\\u001b[31"],
  ] as const
) {
  Deno.test(`visibleOutput() shows ${name}`, () => {
    assertEquals(visibleOutput(text), expected ?? text);
  });
}

Deno.test("visibleInLine() keeps a name in its line", () => {
  assertEquals(visibleInLine("a\nb\tc\x1b"), "a\\nb\\tc\\u001b");
});

/** Text in which the characters that matter are frequent. */
const TEXTS = fc.array(
  fc.oneof(
    fc.constantFrom("\x1b", "[", "]", "m", "H", ";", ":", "2", "31", "\x07"),
    fc.constantFrom("\x1b[31m", "\x1b[0m", "\x1b[m", "\x9b", "\r", "\n", "\t"),
    fc.constantFrom("\u202e", "\u200d", "\ufe0f", "\ud83d", "é", "👩", "\x7f"),
    anyText(),
  ),
).map((parts) => parts.join(""));

// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\p{Bidi_Control}\p{Cs}]/u;
// deno-lint-ignore no-control-regex
const WELL_FORMED = /\x1b\[[0-9;:]*m/g;

Deno.test("visible() leaves no control but line ends and tabs, and changes nothing the second time", () => {
  fc.assert(fc.property(TEXTS, (text) => {
    const shown = visible(text);
    assert(!CONTROLS.test(shown), JSON.stringify(shown));
    assertEquals(visible(shown), shown);
  }));
});

Deno.test("visibleOutput() leaves no control but whole colours, and none beyond its line", () => {
  fc.assert(fc.property(TEXTS, (text) => {
    const shown = visibleOutput(text);
    assert(!CONTROLS.test(shown.replace(WELL_FORMED, "")));
    assertEquals(visibleOutput(shown), shown);
    for (const line of shown.split("\n")) {
      const last = line.match(WELL_FORMED)?.at(-1) ?? "\x1b[m";
      // deno-lint-ignore no-control-regex
      assert(/^\x1b\[0*m$/.test(last), JSON.stringify(line));
    }
  }));
});

Deno.test("visible() and visibleOutput() leave JSON as JSON of the same value", () => {
  fc.assert(fc.property(TEXTS, (text) => {
    const value = { [text]: [text] };
    assertEquals(JSON.parse(visible(JSON.stringify(value, null, 2))), value);
    assertEquals(JSON.parse(visibleOutput(JSON.stringify(value))), value);
  }));
});
