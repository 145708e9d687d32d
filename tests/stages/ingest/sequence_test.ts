import { assertEquals } from "@std/assert";
import { type Position, START } from "../../../proto/pipeline/batches.ts";
import { createPlaces } from "../../../stages/events/places.ts";
import { openSequence } from "../../../stages/ingest/sequence.ts";

const CONTENTS = ["a\nb", "", "\ufeffc\n\nd\n", "\n", `${"x".repeat(50)}\ne`]
  .map((text) => new TextEncoder().encode(text));
const PLACES = createPlaces(CONTENTS.length);
const PATHS = CONTENTS.map((_, at) => `/nowhere/${at}`);

/** Reads all inputs from a position on, so many bytes and events at a time. */
async function readFrom(from: Position, atOnce: number, batch: number) {
  const closed: number[] = [];
  using sequence = await openSequence({
    paths: PATHS,
    open(index, offset) {
      let at = offset;
      const content = CONTENTS[index]!;
      return Promise.resolve({
        size: content.length,
        doneBytes: (offset: number) => offset,
        read(buffer: Uint8Array) {
          if (at === content.length) return Promise.resolve(null);
          const part = content.subarray(
            at,
            at + Math.min(atOnce, buffer.length),
          );
          buffer.set(part);
          at += part.length;
          return Promise.resolve(part.length);
        },
        [Symbol.dispose]: () => void closed.push(index),
      });
    },
    batch,
    maxLine: 20,
    from,
  });
  const lines: string[] = [];
  const ends: Position[] = [];
  let bytes = 0;
  let last = from;
  do {
    for (let taken; (taken = sequence.take());) {
      assertEquals(taken.begin, last);
      last = taken.end;
      ends.push(last);
      bytes += sequence.lengthOf(taken);
      const { index } = PLACES.find(taken.begin.offset);
      const text = new TextDecoder().decode(taken.lines);
      for (const line of text.split(/\r?\n/).filter(Boolean)) {
        lines.push(`${index}: ${line}`);
      }
      if (taken.oversized) {
        const { line, offset } = taken.oversized;
        lines.push(
          `${PLACES.find(offset).index}: line ${line} at ${
            PLACES.find(offset).offset
          }`,
        );
      }
    }
  } while (await sequence.more());
  return { lines, ends, bytes, closed };
}

Deno.test("openSequence() reads one input after the other, from any place, and mixes no lines", async () => {
  const all = ["0: a", "0: b", "2: c", "2: d", "4: line 1 at 0", "4: e"];
  const size = CONTENTS.reduce((sum, { length }) => sum + length, 0);
  for (const atOnce of [1, 3, 100]) {
    for (const batch of [1, 100]) {
      const whole = await readFrom(START, atOnce, batch);

      assertEquals(whole.lines, all);
      assertEquals(whole.bytes, size);
      assertEquals(whole.closed, [0, 1, 2, 3, 4]);
      assertEquals(whole.ends.at(-1), {
        event: 6,
        offset: PLACES.startOf(4) + CONTENTS[4]!.length,
        line: 1,
      });
      for (const end of whole.ends) {
        const { lines } = await readFrom(end, atOnce, batch);
        assertEquals(lines, all.slice(end.event));
      }
    }
  }
});
