import { assertEquals } from "@std/assert";
import {
  type LogWindow,
  windowOf,
  withNewer,
  withOlder,
} from "../../../../dashboard/page/logs/log_window.ts";
import type { LogLine, LogPage } from "../../../../dashboard/wire.ts";

Deno.test("a window grows at both ends, and has no line twice", () => {
  const first = windowOf(page([5, 6], { before: true }));
  const older = withOlder(first, page([3, 4, 5], { before: false }));
  const newer = withNewer(older, page([6, 7]));

  assertEquals(shown(newer), [[3, 4, 5, 6, 7], false, false]);
});

Deno.test("a window that is full lets go of its other end, and knows it", () => {
  const full = windowOf(page([3, 4, 5]));

  assertEquals(shown(withNewer(full, page([6]), 3)), [[4, 5, 6], true, false]);
  assertEquals(shown(withOlder(full, page([2]), 3)), [[2, 3, 4], false, true]);
});

function shown({ lines, hasBefore, hasAfter }: LogWindow) {
  return [lines.map(({ n }) => n), hasBefore, hasAfter];
}

function page(
  numbers: number[],
  { before = false, after = false } = {},
): LogPage {
  const lines = numbers.map((n): LogLine => ({
    n,
    name: "web",
    stream: "stdout",
    timeMs: n,
    text: "",
  }));
  return { lines, first: 0, next: 100, before, after };
}
