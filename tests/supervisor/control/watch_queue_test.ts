import { assert, assertEquals } from "@std/assert";
import { createWatchQueue } from "../../../supervisor/control/watch_queue.ts";
import type { WatchItem } from "../../../supervisor/control/commands.ts";

const chunk = (name: string, text: string) =>
  ({ name, text, stream: "stdout", timeMs: 0 }) as const;
const event = (message: string) => ({
  type: "state_renewed" as const,
  sequence: 1,
  timeMs: 0,
  message,
});
const inWords = (items: readonly WatchItem[]) =>
  items.map((item) =>
    item.type === "event"
      ? item.event.message
      : `${item.chunk.name} -${item.lostLines} ${item.chunk.text.trimEnd()}`
  );

Deno.test("createWatchQueue() gives everything in the order it came", () => {
  const queue = createWatchQueue(10_000);

  queue.addOutput(chunk("a", "1\n"));
  queue.addEvent(event("2"));
  queue.addOutput(chunk("b", "3\n"));
  queue.addOutput(chunk("a", "4\n"));

  assertEquals(inWords(queue.take(Infinity)), [
    "a -0 1",
    "2",
    "b -0 3",
    "a -0 4",
  ]);
  assert(queue.isEmpty);
});

Deno.test("createWatchQueue() drops the oldest of whoever floods, and counts its lines", () => {
  const queue = createWatchQueue(2_000);

  queue.addOutput(chunk("quiet", "hi\n"));
  queue.addEvent(event("started"));
  for (let count = 0; count < 1_000; count++) {
    queue.addOutput(chunk("flood", `${count}\nand\n`));
  }

  const [quiet, started, first, ...rest] = queue.take(Infinity);
  assertEquals(inWords([quiet!, started!]), ["quiet -0 hi", "started"]);
  const kept = 1 + rest.length;
  assertEquals(inWords([first!, rest.at(-1)!]), [
    `flood -${2 * (1_000 - kept)} ${1_000 - kept}\nand`,
    "flood -0 999\nand",
  ]);
  assert(queue.isEmpty);
});

Deno.test("createWatchQueue() holds no more than it may, whatever a block is like", () => {
  const queue = createWatchQueue(2_000);

  queue.addOutput(chunk("a", "x".repeat(5_000)));
  assert(queue.isEmpty);
  queue.addOutput(chunk("a", "after\n"));

  assertEquals(inWords(queue.take(Infinity)), ["a -1 after"]);
});

Deno.test("createWatchQueue() gives about as much as is asked for, and one item at least", () => {
  const queue = createWatchQueue(10_000);
  for (const text of ["1\n", "2\n", "3\n"]) queue.addOutput(chunk("a", text));

  assertEquals(inWords(queue.take(1)), ["a -0 1"]);
  assertEquals(inWords(queue.take(500)), ["a -0 2", "a -0 3"]);
});

Deno.test("createWatchQueue() has room until it is full", () => {
  const queue = createWatchQueue(500);

  assert(queue.hasRoom);
  queue.addEvent(event("x".repeat(500)));
  assert(!queue.hasRoom);
  queue.take(1);
  assert(queue.hasRoom);
});
