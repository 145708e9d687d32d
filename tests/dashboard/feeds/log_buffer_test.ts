import { assert, assertEquals } from "@std/assert";
import {
  createLogBuffer,
  type LogBuffer,
  type LogBufferOptions,
} from "../../../dashboard/feeds/log_buffer.ts";

/** A buffer, and how a service writes into it. */
function buffering(options?: LogBufferOptions) {
  const buffer = createLogBuffer(options);
  const write = (text: string, name = "a", timeMs = 0) =>
    buffer.add({ name, stream: "stdout", text, timeMs });
  return { buffer, write };
}

function kept(buffer: LogBuffer) {
  return Array.from(
    { length: buffer.next - buffer.first },
    (_, at) => buffer.at(buffer.first + at)!,
  );
}

function texts(buffer: LogBuffer): string[] {
  return kept(buffer).map(({ text }) => text);
}

Deno.test("add() keeps each line with its number, who wrote it, where and when", () => {
  const buffer = createLogBuffer();

  buffer.add({ name: "b", stream: "stdout", text: "one\n\n", timeMs: 1 });
  buffer.add({ name: "a", stream: "stderr", text: "two\n", timeMs: 2 });

  assertEquals(kept(buffer), [
    { n: 0, name: "b", stream: "stdout", timeMs: 1, text: "one" },
    { n: 1, name: "b", stream: "stdout", timeMs: 1, text: "" },
    { n: 2, name: "a", stream: "stderr", timeMs: 2, text: "two" },
  ]);
  assertEquals(buffer.names(), ["a", "b"]);
  assertEquals([buffer.at(-1), buffer.at(3)], [undefined, undefined]);
});

Deno.test("add() drops the oldest where there are too many lines, and tells which are left", () => {
  const { buffer, write } = buffering({ maxLines: 3 });

  write("1\n2\n3\n4\n5\n");

  assertEquals([buffer.first, buffer.next], [2, 5]);
  assertEquals(texts(buffer), ["3", "4", "5"]);
  assertEquals([buffer.at(1), buffer.at(5)], [undefined, undefined]);
  assertEquals(buffer.written("a"), 5);
});

Deno.test("add() drops the oldest where lines take too much memory", () => {
  const { buffer, write } = buffering({ maxBytes: 1_000 });

  for (let at = 0; at < 10; at++) write(`${at}${"x".repeat(399)}\n`);

  assertEquals([buffer.first, buffer.next], [8, 10]);
  assertEquals(texts(buffer).map((text) => text.slice(0, 2)), ["8x", "9x"]);
});

Deno.test("add() counts a letter that takes two bytes as two", () => {
  const { buffer, write } = buffering({ maxBytes: 1_000 });

  for (let at = 0; at < 10; at++) write(`${"ж".repeat(400)}\n`);

  assertEquals(texts(buffer).length, 1);
});

Deno.test("add() counts what a line takes besides its text", () => {
  const { buffer, write } = buffering({ maxBytes: 1_000 });

  write("\n".repeat(1_000));

  assert(texts(buffer).length <= 20);
  assertEquals(buffer.next, 1_000);
});

Deno.test("add() keeps the last line, whatever it takes", () => {
  const { buffer, write } = buffering({ maxBytes: 1 });

  write("1\n2\n");

  assertEquals([buffer.first, texts(buffer)], [1, ["2"]]);
});

Deno.test("names() forgets a service of which nothing is kept", () => {
  const { buffer, write } = buffering({ maxLines: 2 });

  write("1\n", "a");
  write("1\n2\n", "b");

  assertEquals([buffer.names(), buffer.written("a")], [["b"], 0]);
});

Deno.test("addLoss() says in the log of a service how many lines are missing", () => {
  const { buffer, write } = buffering();

  write("before\n");
  buffer.addLoss("a", 1, 5);
  buffer.addLoss("a", 1_000, 6);

  assertEquals(texts(buffer), [
    "before",
    "[1 line is missing here: they came too fast for the dashboard]",
    "[1000 lines are missing here: they came too fast for the dashboard]",
  ]);
  assertEquals(buffer.at(1), {
    n: 1,
    name: "a",
    stream: "stderr",
    timeMs: 5,
    text: "[1 line is missing here: they came too fast for the dashboard]",
  });
});

Deno.test("add() goes on with a line that has no end yet, each service and stream with its own", () => {
  const { buffer, write } = buffering();

  write("be");
  write("other\n", "b");
  buffer.add({ name: "a", stream: "stderr", text: "error\n", timeMs: 0 });
  const before = texts(buffer);
  write("gu");
  write("n\nnext");

  assertEquals(before, ["other", "error"]);
  assertEquals(texts(buffer), ["other", "error", "begun"]);
});

Deno.test("endLines() ends what was begun before a time, and only that", () => {
  const { buffer, write } = buffering();
  write("old? ", "a", 10);
  write("new? ", "b", 20);

  buffer.endLines(20);
  write("yes\n", "a", 30);
  write("yes\n", "b", 30);

  assertEquals(
    kept(buffer).map(({ name, timeMs, text }) => `${name} ${timeMs} ${text}`),
    ["a 10 old? ", "a 30 yes", "b 30 new? yes"],
  );
});

Deno.test("add() cuts a line that is too long, in one part or in many", () => {
  const { buffer, write } = buffering();
  const long = "x".repeat(8_192);

  write(`${long}\n`);
  write(`${long}y\n`);
  for (let at = 0; at < 5; at++) write(long);
  write("\nnext\n");

  assertEquals(texts(buffer), [long, `${long} …`, `${long} …`, "next"]);
});

Deno.test("add() keeps text without what moves a cursor, colours or hides", () => {
  const { buffer, write } = buffering();

  write("\x1b[31mred\x1b[0m\twide\r\n");
  write("back\rward\n");
  write("no\0thing\x07\n");
  write("turned \u202egnp.exe\n");
  write("ünïcode ✓\n");

  assertEquals(texts(buffer), [
    "red\twide",
    "back\\rward",
    "no\\u0000thing\\u0007",
    "turned \\u202egnp.exe",
    "ünïcode ✓",
  ]);
});
