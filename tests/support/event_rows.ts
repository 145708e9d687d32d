/**
 * Batches of events for tests of the stages behind parse: made of objects, one
 * row after the other, and read back in the same way.
 *
 * @module
 */

import {
  type Column,
  type EventBatch,
  type RuleField,
  type Schema,
  START,
} from "../../proto/pipeline/batches.ts";
import { readWorkItem, WORK_TYPE } from "../../stages/events/work_item.ts";

/** What JSON can hold, and integers of any length. */
export type Json =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** An event by its fields. */
export interface Event {
  readonly [name: string]: Json;
}

/** Bytes of a line in these batches, as far as its place tells. */
const LINE_BYTES = 100;

/** Makes the batch of events, none of which is a reject. */
export function eventBatch(
  events: readonly Event[],
  schema: Schema,
  fields: readonly RuleField[] = [],
): EventBatch {
  const { keys, values, windows } = schema;
  const lines = Uint32Array.from(events, (_, row) => row + 1);
  const isLate = windows?.allowedLatenessMs !== undefined;
  return {
    begin: START,
    end: {
      event: events.length,
      offset: events.length * LINE_BYTES,
      line: events.length,
    },
    rows: events.length,
    keys: keys.map(({ path, oneOf }): Column => {
      const texts = events.map((event) => textOf(scalarAt(event, path)));
      return oneOf.length > 0
        ? {
          dictionary: [],
          index: Uint32Array.from(texts, (text) => oneOf.indexOf(text)),
        }
        : columnOf(texts);
    }),
    values: values.map(({ path, as }) => {
      const given = events.map((event) => scalarAt(event, path));
      return {
        value: Float64Array.from(given, (each) => toNumber(each, as)),
        exact: given.flatMap((each, row) =>
          typeof each === "bigint" && as === "integer" &&
            !Number.isSafeInteger(Number(each))
            ? [{ row, decimal: String(each) }]
            : []
        ),
      };
    }),
    columns: fields.map(({ path, isTime }) =>
      columnOf(
        events.map((event) =>
          textOf(isTime ? timeOf(event, schema) : scalarAt(event, path))
        ),
      )
    ),
    tags: [],
    work: events.flatMap((event, row) => {
      const { type, work } = event;
      if (!schema.builtIn || type !== WORK_TYPE) return [];
      const item = readWorkItem(work, row);
      if (typeof item === "string") throw new TypeError(item);
      return [item];
    }),
    scoreRow: new Uint32Array(),
    score: new Float64Array(),
    filtered: 0,
    rejects: [],
    ...(windows
      ? {
        timeMs: Float64Array.from(events, (event) => timeOf(event, schema)!),
      }
      : {}),
    ...(isLate
      ? { line: lines, lineOffset: lines.map((line) => line * LINE_BYTES) }
      : {}),
  };
}

/** What stands at a path; null for nothing, for objects and for arrays. */
export function scalarAt(
  event: Event,
  path: readonly string[],
): string | number | bigint | boolean | null {
  const value = path.reduce<Json | undefined>(
    (outer, name) =>
      typeof outer === "object" && outer !== null && !Array.isArray(outer) &&
        Object.hasOwn(outer, name)
        ? (outer as Event)[name]
        : undefined,
    event,
  );
  return typeof value === "object" ? null : value ?? null;
}

/** When an event was, in milliseconds since 1970. */
export function timeOf(event: Event, { time }: Schema): number | null {
  const value = scalarAt(event, time!.path);
  if (value === null) return null;
  if (typeof value === "string") return new Date(value).getTime();
  return Number(value) * (time!.format === "epoch_s" ? 1_000 : 1);
}

/** Reads the keys of each event of a batch, as JSON. */
export function keysOf(batch: EventBatch, { keys }: Schema): string[][] {
  return rowsOf(batch, (row) =>
    batch.keys.map(({ dictionary, index }, key) => {
      const { oneOf } = keys[key]!;
      return (oneOf.length > 0 ? oneOf : dictionary)[index[row]!]!;
    }));
}

/** Reads the tags of each event of a batch. */
export function tagsOf(
  batch: EventBatch,
  tags: readonly { name: string; values: string[] }[],
): Record<string, string>[] {
  return rowsOf(
    batch,
    (row) =>
      Object.fromEntries(tags.flatMap(({ name, values }, tag) => {
        const value = batch.tags[tag]![row]!;
        return value > 0 ? [[name, values[value - 1]!]] : [];
      })),
  );
}

/** Reads something of each event of a batch. */
export function rowsOf<Read>(
  { rows }: EventBatch,
  read: (row: number) => Read,
): Read[] {
  return Array.from({ length: rows }, (_, row) => read(row));
}

function columnOf(texts: readonly string[]): Column {
  const dictionary = [...new Set(["null", ...texts])];
  return {
    dictionary,
    index: Uint32Array.from(texts, (text) => dictionary.indexOf(text)),
  };
}

function textOf(value: string | number | bigint | boolean | null): string {
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

function toNumber(value: Json, as: string): number {
  if (value === null) return NaN;
  return as === "integer" ? Math.trunc(Number(value)) : Number(value);
}
