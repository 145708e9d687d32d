import { assertEquals } from "@std/assert";
import { type Position, START } from "../../../proto/pipeline/batches.ts";
import { createPlaces } from "../../../stages/events/places.ts";
import { createEarlyEnd } from "../../../stages/ingest/early_end.ts";
import { openSequence } from "../../../stages/ingest/sequence.ts";

/** Two inputs: the pieces that come one after the other, or nothing more. */
type Pieces = readonly string[];

const encoder = new TextEncoder();
const PLACES = createPlaces(2);

/** Reads on from a position; the end is asked for where the pieces are over. */
async function readTo(
  inputs: readonly Pieces[],
  end = createEarlyEnd(),
  {
    from = START,
    rest = [] as Pieces,
    ends = false,
    isGrowing = false,
  } = {},
) {
  const waits = (index: number) => {
    if (ends || index + 1 < inputs.length) return Promise.resolve(null);
    end.finish();
    return undefined;
  };
  using sequence = await openSequence({
    paths: inputs.map((_, at) => `/nowhere/${at}`),
    open(index, offset) {
      let skipped = offset;
      const pieces = inputs[index]!.map((text) => {
        const part = text.slice(Math.min(skipped, text.length));
        skipped -= text.length - part.length;
        return part;
      }).filter(Boolean);
      const later = [...rest];
      const read = (buffer: Uint8Array): Promise<number | null> => {
        const piece = pieces.shift();
        if (piece !== undefined) return give(buffer, piece);
        const waiting = waits(index);
        if (waiting) return waiting;
        const more = later.shift();
        return more === undefined
          ? Promise.withResolvers<number>().promise
          : give(buffer, more);
      };
      return Promise.resolve({
        size: 0,
        isGrowing,
        doneBytes: (offset: number) => offset,
        read,
        [Symbol.dispose]() {},
      });
    },
    batch: 10,
    maxLine: 100,
    from,
    end,
  });
  const lines: string[] = [];
  let last: Position = from;
  do {
    for (let batch; (batch = sequence.take());) {
      assertEquals(batch.begin, last);
      last = batch.end;
      lines.push(...new TextDecoder().decode(batch.lines).split("\n"));
    }
  } while (await sequence.more());
  const place = PLACES.find(last.offset);
  return {
    lines: lines.filter(Boolean),
    end: inputs.length > 1 ? place : { index: 0, offset: last.offset },
    last,
  };
}

function give(buffer: Uint8Array, text: string): Promise<number> {
  buffer.set(encoder.encode(text));
  return Promise.resolve(text.length);
}

for (
  const {
    what,
    inputs,
    rest = [],
    lines,
    offset,
    index = 0,
    isGrowing = false,
  } of [
    {
      what: "after the last line, where it was read whole",
      inputs: [["a\nb\n", "c\n"]],
      rest: ["d\n"],
      lines: ["a", "b", "c"],
      offset: 6,
    },
    {
      what: "at the end of the line that was read in part",
      inputs: [["a\nb", "b"]],
      rest: ["b", "b\nc\nd"],
      lines: ["a", "bbbb"],
      offset: 7,
    },
    {
      what: "amid a line whose rest does not come",
      inputs: [["a\nb"]],
      lines: ["a", "b"],
      offset: 3,
    },
    {
      what: "before a line that is being written to a followed file",
      inputs: [["a\nb"]],
      lines: ["a"],
      offset: 2,
      isGrowing: true,
    },
    {
      what: "where nothing was read",
      inputs: [[]],
      rest: ["a\n"],
      lines: [],
      offset: 0,
    },
    {
      what: "in the second of two inputs",
      inputs: [["a\nb"], ["c\nd\n"]],
      rest: ["e\n"],
      lines: ["a", "b", "c", "d"],
      offset: 4,
      index: 1,
    },
  ]
) {
  Deno.test(`a sequence that is ended early ends ${what}, and again after a break`, async () => {
    const end = createEarlyEnd();

    const first = await readTo(inputs, end, { rest, isGrowing });

    assertEquals(first.lines, lines);
    assertEquals(first.end, { index, offset });
    // By now all of it is there, as in a spool.
    const whole = inputs.map((pieces, at) =>
      at + 1 === inputs.length
        ? [[...pieces, ...rest, "later\nlast"].join("")]
        : pieces
    );
    const again = await readTo(whole, end, { ends: true, isGrowing });
    assertEquals(again.lines, lines);
    assertEquals(again.last, first.last);
    const nothing = await readTo(whole, end, {
      from: first.last,
      ends: true,
      isGrowing,
    });
    assertEquals(nothing.lines, []);
    assertEquals(nothing.last, first.last);
  });
}

Deno.test("a sequence that is ended early waits for no further input", async () => {
  const end = createEarlyEnd();
  using sequence = await openSequence({
    paths: ["/nowhere/a", "/nowhere/b"],
    open(index) {
      if (index === 1) {
        end.finish();
        return Promise.withResolvers<never>().promise;
      }
      return Promise.resolve({
        size: 1,
        doneBytes: (offset: number) => offset,
        read: () => Promise.resolve(null),
        [Symbol.dispose]() {},
      });
    },
    batch: 10,
    maxLine: 100,
    from: START,
    end,
  });

  let more = 0;
  while (await sequence.more()) more++;

  assertEquals({ more, batch: sequence.take() }, { more: 1, batch: undefined });
});
