import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createLogBuffer } from "../../../tasks/live_view/log_buffer.ts";

Deno.test("createLogBuffer() keeps the lines of all in the order they came", () => {
  const buffer = createLogBuffer();
  buffer.append("one", "stdout", "a\nb\n");
  buffer.append("two", "stderr", "c\n");
  buffer.append("one", "event", "healthy\n");

  const lines = buffer.lines();

  assertEquals(lines, [
    { sequence: 1, name: "one", source: "stdout", text: "a" },
    { sequence: 2, name: "one", source: "stdout", text: "b" },
    { sequence: 3, name: "two", source: "stderr", text: "c" },
    { sequence: 4, name: "one", source: "event", text: "healthy" },
  ]);
});

Deno.test("createLogBuffer() shows the lines of one service", () => {
  const buffer = createLogBuffer();
  buffer.append("one", "stdout", "a\n");
  buffer.append("two", "stdout", "b\n");

  assertEquals(buffer.lines("two").map(({ text }) => text), ["b"]);
  assertEquals(buffer.lines("three"), []);
});

Deno.test("createLogBuffer() keeps empty lines and makes the others safe", () => {
  const buffer = createLogBuffer();
  buffer.append("one", "stdout", "\n\x1b[2Ja\n\n");

  assertEquals(buffer.lines().map(({ text }) => text), ["", "a", ""]);
});

Deno.test("createLogBuffer() keeps the last lines of all, whoever wrote them", () => {
  const buffer = createLogBuffer({ maxLinesOfAll: 2 });
  buffer.append("one", "stdout", "a\n");
  buffer.append("two", "stdout", "b\nc\n");

  assertEquals(buffer.lines().map(({ text }) => text), ["b", "c"]);
  assertEquals(buffer.lines("one").map(({ text }) => text), ["a"]);
});

Deno.test("createLogBuffer() cuts long lines", () => {
  const buffer = createLogBuffer({ maxLineChars: 5 });
  buffer.append("one", "stdout", `${"x".repeat(1_000_000)}\n`);

  assertEquals(buffer.lines().map(({ text }) => text), ["xxxxx"]);
});

Deno.test("a flood pushes out no line of another service", () => {
  const buffer = createLogBuffer({ maxLines: 10 });
  buffer.append("quiet", "stdout", "a word\n");
  for (let block = 0; block < 1_000; block++) {
    buffer.append("flood", "stdout", "line\n".repeat(1_000));
  }

  assertEquals(buffer.lines("quiet").map(({ text }) => text), ["a word"]);
  assertEquals(buffer.lines("flood").length, 10);
});

Deno.test("a flood is not even cut into lines as long as nobody looks", () => {
  const buffer = createLogBuffer();
  const block = `${"x".repeat(99)}\n`.repeat(640);

  for (let bytes = 0; bytes < 1e9; bytes += block.length) {
    buffer.append("flood", "stdout", block);
  }

  // Each line that is made gets a number: of ten million these are few.
  const { sequence } = buffer.lines().at(-1)!;
  assert(sequence < 20_000, `${sequence} lines were made`);
});

Deno.test("createLogBuffer() keeps the last lines, however they come and are looked at", () => {
  const blocks = fc.array(fc.record({
    name: fc.constantFrom("one", "two"),
    lines: fc.array(fc.string({ maxLength: 3 }), { minLength: 1 }),
    look: fc.boolean(),
  }));
  fc.assert(
    fc.property(blocks, fc.integer({ min: 1, max: 6 }), (blocks, max) => {
      const buffer = createLogBuffer({ maxLines: max });
      const expected = new Map<string, string[]>([["one", []], ["two", []]]);
      for (const { name, lines, look } of blocks) {
        buffer.append(
          name,
          "stdout",
          lines.map((line) => `${line}\n`).join(""),
        );
        expected.get(name)!.push(...lines);
        if (look) buffer.lines();
      }
      for (const [name, lines] of expected) {
        const shown = buffer.lines(name).map(({ text }) => text);
        assertEquals(shown, lines.slice(-max));
      }
    }),
  );
});

Deno.test("append() shows a prompt at once, and goes on with its line", () => {
  const buffer = createLogBuffer();
  const texts = () => buffer.lines().map(({ text }) => text);

  buffer.append("a", "stdout", "Na");
  const early = texts();
  buffer.append("b", "stdout", "other\n");
  buffer.append("a", "stdout", "me? ");
  const late = texts();
  buffer.append("a", "stdout", "Bob\nnext\n");

  assertEquals([early, late, texts()], [
    ["Na"],
    ["Name? ", "other"],
    ["Name? Bob", "other", "next"],
  ]);
});
