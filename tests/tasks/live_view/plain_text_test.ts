import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { plainText } from "../../../tasks/live_view/plain_text.ts";
import { anyText } from "../../support/arbitraries.ts";

for (
  const { name, line, expected } of [
    { name: "plain text", line: "12 x 3 = 36", expected: "12 x 3 = 36" },
    { name: "colours", line: "\x1b[1;31mred\x1b[0m", expected: "red" },
    { name: "a true colour", line: "\x1b[38:2::1:2:3mx", expected: "x" },
    { name: "cursor moves", line: "\x1b[2J\x1b[10;5Hx\x1b[A", expected: "x" },
    { name: "a title", line: "\x1b]0;evil\x07x", expected: "x" },
    {
      name: "a link",
      line: "\x1b]8;;http://a\x1b\\x\x1b]8;;\x1b\\",
      expected: "x",
    },
    { name: "a device string", line: "\x1bP1$r0m\x1b\\x", expected: "x" },
    { name: "a character set", line: "\x1b(0lqk", expected: "lqk" },
    { name: "a reset", line: "\x1bcx", expected: "x" },
    { name: "8-bit controls", line: "\x9b31mx\x9d0;t\x9cy", expected: "xy" },
    { name: "a sequence that is cut short", line: "x\x1b[31", expected: "x" },
    {
      name: "bells and backspaces",
      line: "a\x07b\x08c\x7f",
      expected: "a\\u0007b\\bc\\u007f",
    },
    { name: "a progress bar", line: "10%\r50%\r100%", expected: "100%" },
    { name: "a line end of Windows", line: "é\r", expected: "é" },
    { name: "tabs", line: "a\tb\t\tc", expected: "a       b               c" },
    { name: "a tab at the start", line: "\tx", expected: "        x" },
    {
      name: "text that runs backwards",
      line: "a\u202eb\u2066c",
      expected: "a\\u202eb\\u2066c",
    },
    { name: "wide text", line: "日本語 👩‍👩‍👧", expected: "日本語 👩‍👩‍👧" },
    { name: "half a character", line: "a\ud83d", expected: "a\\ud83d" },
  ]
) {
  Deno.test(`plainText() returns what is to be read of ${name}`, () => {
    assertEquals(plainText(line), expected);
  });
}

/** Lines in which the characters that matter are frequent. */
const LINES = fc.array(
  fc.oneof(
    fc.constantFrom("\x1b", "[", "]", "P", "m", "H", ";", "2", "\x07", "\\"),
    fc.constantFrom("\x9b", "\x9d", "\x9c", "\r", "\t", "\0", "\x7f", " ", "("),
    anyText(),
  ),
).map((parts) => parts.join("").replaceAll("\n", ""));

Deno.test("plainText() leaves nothing that could move the cursor", () => {
  fc.assert(fc.property(LINES, (line) => {
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x1f\x7f-\x9f]/.test(plainText(line)));
  }));
});

Deno.test("plainText() changes nothing the second time", () => {
  fc.assert(fc.property(LINES, (line) => {
    assertEquals(plainText(plainText(line)), plainText(line));
  }));
});
