/**
 * Batches of events as parse and rules make them, from events that say what is
 * in their columns.
 *
 * @module
 */

import {
  type Column,
  type EventBatch,
  type Opening,
  type Position,
  type Schema,
  START,
  type ValueColumn,
} from "../../proto/pipeline/batches.ts";
import { openEvents } from "../../stages/events/event_batch.ts";
import { WINDOW } from "../../stages/hop/window.ts";

/** An event, or a line that is none. */
export type TestEvent =
  | {
    timeMs?: number;
    /** Each as JSON. */
    keys: string[];
    /** As JSON writes them; undefined for none. */
    values: (string | undefined)[];
    /** For each tag which of its values, from 1; 0 for none. */
    tags?: number[];
    score?: number;
  }
  | "reject"
  | "filtered";

/** How long each line is. */
export const LINE_BYTES = 10;

/** The first message of a run of such events. */
export function openingOf(
  schema: Schema,
  tags: Opening["tags"] = [],
): Opening {
  return {
    run: "test",
    windowBatches: WINDOW.batches,
    windowBytes: WINDOW.bytes,
    schema,
    tags,
    protocol: 1,
    next: [],
  };
}

/** Where the events from there on stand, each on a line. */
export function positionAt(event: number): Position {
  return { event, offset: event * LINE_BYTES, line: event };
}

/** Makes one batch of events that come after so many others. */
export function batchOf(
  schema: Schema,
  events: readonly TestEvent[],
  begin = 0,
): EventBatch {
  const { opening: _none, ...empty } = openEvents(openingOf(schema));
  const rows = events.flatMap((event, at) =>
    typeof event === "object" ? [{ ...event, at }] : []
  );
  const scored = rows.flatMap(({ score }, row) =>
    score === undefined ? [] : [{ row, score }]
  );
  const tagCount = rows[0]?.tags?.length ?? 0;
  return {
    ...empty,
    begin: begin === 0 ? START : positionAt(begin),
    end: positionAt(begin + events.length),
    rows: rows.length,
    keys: schema.keys.map(({ oneOf }, key) =>
      columnOf(rows.map(({ keys }) => keys[key]!), oneOf)
    ),
    values: schema.values.map(({ as }, value) =>
      valuesOf(rows.map(({ values }) => values[value]), as)
    ),
    tags: Array.from(
      { length: tagCount },
      (_, tag) => Uint8Array.from(rows, ({ tags }) => tags![tag]!),
    ),
    scoreRow: Uint32Array.from(scored, ({ row }) => row),
    score: Float64Array.from(scored, ({ score }) => score),
    filtered: events.filter((event) => event === "filtered").length,
    rejects: events.flatMap((event, at) =>
      event === "reject"
        ? [{
          line: begin + at + 1,
          offset: (begin + at) * LINE_BYTES,
          stage: "parse",
          reason: "not valid JSON",
          text: Uint8Array.of(0x3f),
          length: 1,
        }]
        : []
    ),
    ...(schema.windows
      ? { timeMs: Float64Array.from(rows, ({ timeMs }) => timeMs!) }
      : {}),
    ...(schema.windows?.allowedLatenessMs === undefined ? {} : {
      line: Uint32Array.from(rows, ({ at }) => at + 1),
      lineOffset: Uint32Array.from(rows, ({ at }) => at * LINE_BYTES),
    }),
  };
}

/** Cuts events into batches of these sizes, in turn. */
export function batchesOf(
  schema: Schema,
  events: readonly TestEvent[],
  sizes: readonly number[],
): EventBatch[] {
  const batches: EventBatch[] = [];
  for (let at = 0; at < events.length;) {
    const size = sizes[batches.length % sizes.length]!;
    batches.push(batchOf(schema, events.slice(at, at + size), at));
    at += size;
  }
  return batches;
}

function columnOf(texts: string[], oneOf: readonly string[]): Column {
  if (oneOf.length > 0) {
    const index = Uint32Array.from(texts, (text) => oneOf.indexOf(text));
    return { dictionary: [], index };
  }
  const dictionary = ["null", ...new Set(texts.filter((t) => t !== "null"))];
  const index = Uint32Array.from(texts, (text) => dictionary.indexOf(text));
  return { dictionary, index };
}

function valuesOf(texts: (string | undefined)[], as: string): ValueColumn {
  const value = Float64Array.from(texts, (text) => Number(text ?? NaN));
  const exact = texts.flatMap((decimal, row) =>
    as === "integer" && decimal !== undefined &&
      !Number.isSafeInteger(value[row])
      ? [{ row, decimal }]
      : []
  );
  return { value, exact };
}
