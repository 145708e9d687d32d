import { assertEquals } from "@std/assert";
import { createEventLines } from "../../../tasks/bench/event_lines.ts";

/** A source that gives a few bytes at a time, as it may. */
function sourceOf(text: string, most: number): Pick<Deno.FsFile, "read"> {
  let rest = new TextEncoder().encode(text);
  return {
    read(buffer) {
      if (rest.length === 0) return Promise.resolve(null);
      const part = rest.subarray(0, Math.min(most, buffer.length));
      buffer.set(part);
      rest = rest.subarray(part.length);
      return Promise.resolve(part.length);
    },
  };
}

async function takeAll(text: string, most: number, read: number) {
  const lines = createEventLines(sourceOf(text, read));
  const taken: [string, number][] = [];
  for (;;) {
    const { bytes, lines: count } = await lines.take(most);
    if (count === 0) return taken;
    taken.push([new TextDecoder().decode(bytes), count]);
  }
}

Deno.test("take() gives as many lines as are asked for, in order, then none", async () => {
  assertEquals(await takeAll("a\nbb\nccc\n", 2, 100), [
    ["a\nbb\n", 2],
    ["ccc\n", 1],
  ]);
});

Deno.test("take() never cuts a line, however the file is read", async () => {
  for (let read = 1; read < 10; read++) {
    const taken = await takeAll("a\nbb\nccc\n", 2, read);

    assertEquals(taken.map(([text]) => text).join(""), "a\nbb\nccc\n");
    assertEquals(
      taken.map(([text, count]) => text.split("\n").length - 1 - count),
      taken.map(() => 0),
    );
  }
});

Deno.test("take() gives no more at once than a pipe and one line hold", async () => {
  const line = `${"x".repeat(999)}\n`;

  const taken = await takeAll(line.repeat(5_000), 5_000, 100_000);

  assertEquals(taken.reduce((sum, [, count]) => sum + count, 0), 5_000);
  assertEquals(taken.filter(([text]) => text.length > 66_536), []);
});
