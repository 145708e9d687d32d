/**
 * Holds the parse stage against its simplest form, on batches of random lines.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { EventBatch, RawBatch } from "../../proto/pipeline/batches.ts";
import { createParse, type ParseOptions } from "../../stages/parse/parse.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";
import { mulberry32 } from "../generate/generator.ts";
import { createLineMaker, LINE_FIELDS, LINE_TYPES } from "./event_lines.ts";
import { randomFields } from "./event_schemas.ts";
import { createParseAlone } from "./parse_alone.ts";

/** What has come of a comparison. */
export interface ComparedLines {
  lines: number;
  /** Lines of them that hold an event. */
  events: number;
  /** Repeats the comparison. */
  seed: number;
  /** The first difference, empty where there is none. */
  problems: string[];
}

/** Options for {@linkcode compareLines}. */
export interface CompareOptions {
  /** How many lines, at least. */
  lines: number;
  /** The start of the random numbers. */
  seed: number;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** How many schemas are made; as many lines go to them as to the built-in one. */
const RANDOM_SCHEMAS = 30;
/** How many lines a batch may have. */
const BATCH_LINES = [1, 1, 2, 7, 40, 150];
/** How many batches are compared without a pause. */
const BATCHES_AT_ONCE = 50;
/** How odd the lines of a batch may be; see event_lines.ts. */
const WILDNESS = [0.001, 0.02, 0.02, 0.08, 0.2, 0.5];
/** How many of the lines of a batch are like the one before but for values. */
const ALIKE = [0, 0.5, 0.95];
/** What stands between two lines. */
const LINE_ENDS = ["\n", "\n", "\n", "\r\n", "\n\n", "\n \t\r\n", "\n\v\n\f\n"];

/** Compares until a batch differs, or so many lines are done. */
export async function compareLines(
  { lines, seed, signal }: CompareOptions,
): Promise<ComparedLines> {
  const random = mulberry32(seed);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)]!;
  const maker = createLineMaker(random);
  const schema = builtInSchema(LINE_TYPES);
  const pairs = LINE_FIELDS.map((fields) => createPair({ schema, fields }));
  const randomPairs = Array.from(
    { length: RANDOM_SCHEMAS },
    () => createPair(randomFields(random)),
  );
  const done: ComparedLines = { lines: 0, events: 0, seed, problems: [] };
  for (let batch = 1; done.lines < lines && !signal?.aborted; batch++) {
    // Without a pause nobody could end it.
    if (batch % BATCHES_AT_ONCE === 0) await setImmediate();
    const wildness = pick(WILDNESS);
    const ends = random() < 0.5 ? ["\n"] : LINE_ENDS;
    const parts: Uint8Array[] = [];
    const count = pick(BATCH_LINES);
    const alike = pick(ALIKE);
    for (let line = 0; line < count; line++) {
      const bytes = random() < alike
        ? maker.nextAlike(wildness)
        : maker.next(wildness);
      parts.push(bytes, Buffer.from(pick(ends)));
    }
    if (random() < 0.2) parts.pop(); // no last line feed
    const { problem, events } = pick(random() < 0.5 ? pairs : randomPairs)(
      batchOf(parts),
    );
    done.lines += count;
    done.events += events;
    if (problem !== undefined) {
      done.problems.push(`${problem} (seed ${seed})`);
      break;
    }
  }
  return done;
}

/** What has come of one batch. */
export interface ComparedBatch {
  events: number;
  /** What is different, if anything is. */
  problem: string | undefined;
}

/** Makes the two stages that are compared; both see one batch after the other. */
export function createPair(
  options: ParseOptions,
): (batch: RawBatch) => ComparedBatch {
  const parse = createParse(options);
  const parseAlone = createParseAlone(options);
  return (batch) => {
    const expected = parseAlone(batch);
    const actual = parse(batch);
    return {
      events: expected.rows,
      problem: isDeepStrictEqual(actual, expected)
        ? undefined
        : describe(batch, actual, expected),
    };
  };
}

/**
 * Makes a batch of bytes, as if it were from the middle of an input.
 *
 * It stands amid others that would look like more of the line, for one who reads
 * too far.
 */
export function batchOf(parts: readonly Uint8Array[]): RawBatch {
  const around = Buffer.from('"}1');
  const all = Buffer.concat([around, ...parts, around]);
  const lines = new Uint8Array(
    all.buffer,
    all.byteOffset + around.length,
    all.length - 2 * around.length,
  );
  const begin = { event: 11, offset: 1_300, line: 12 };
  const texts = Buffer.from(lines).toString("latin1").split("\n");
  const events = texts.filter((text) => /[^ \t\v\f\r]/.test(text)).length;
  return {
    begin,
    end: {
      event: begin.event + events,
      offset: begin.offset + lines.length,
      line: begin.line + texts.length - 1,
    },
    linesOffset: begin.offset,
    lines,
  };
}

function describe(
  { lines }: RawBatch,
  actual: EventBatch,
  expected: EventBatch,
): string {
  const different = Object.keys({ ...expected, ...actual }).filter((name) => {
    const key = name as keyof EventBatch;
    return !isDeepStrictEqual(actual[key], expected[key]);
  });
  const show = (batch: EventBatch) =>
    different.map((name) =>
      Deno.inspect(batch[name as keyof EventBatch], { depth: 4, colors: false })
    ).join(", ");
  const text = JSON.stringify(Buffer.from(lines).toString("latin1"));
  return `different ${different.join(" and ")} of ${text}: ${
    show(actual)
  } instead of ${show(expected)}`;
}
