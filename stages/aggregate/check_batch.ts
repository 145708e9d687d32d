/**
 * Says whether a batch can be counted, before anything of it is.
 *
 * @module
 */

import {
  type Column,
  type EventBatch,
  isSamePosition,
  type Opening,
  type Position,
  type Schema,
  type ValueColumn,
} from "../../proto/pipeline/batches.ts";

/**
 * Checks a batch.
 *
 * @param position Where it must begin.
 * @throws {RangeError} If it begins elsewhere, does not account for each of its
 * events, or its columns are not those of the schema.
 */
export function checkBatch(
  schema: Schema,
  tags: Opening["tags"],
  position: Position,
  batch: EventBatch,
): void {
  const { begin, end, rows } = batch;
  const refuse = (why: string) =>
    new RangeError(
      `Cannot apply the batch from event ${begin.event}: ${why}`,
    );
  if (!isSamePosition(begin, position)) {
    throw refuse(`the state ends at event ${position.event}`);
  }
  const events = end.event - begin.event;
  const accounted = rows + batch.filtered + batch.rejects.length;
  if (events !== accounted) {
    throw refuse(`it has ${events} events and accounts for ${accounted}`);
  }
  if (rows === 0) return;
  const wrong = wrongColumn(schema, tags, batch);
  if (wrong) throw refuse(`its ${wrong} are not one for each event`);
  const inexact = schema.values.some(({ as }, at) =>
    !(as === "integer" ? givesExactly : isFinite)(batch.values[at]!)
  );
  if (inexact) {
    throw refuse(
      "the values that no double holds are not those that it gives exactly",
    );
  }
}

/** Names what does not fit the schema, or the rows. */
function wrongColumn(
  { keys, values, windows }: Schema,
  tags: Opening["tags"],
  batch: EventBatch,
): string | undefined {
  const { rows } = batch;
  const isWrongKey = (column: Column | undefined, at: number) =>
    column?.index.length !== rows ||
    isBeyond(column.index, keys[at]!.oneOf.length || column.dictionary.length);
  if (batch.keys.length !== keys.length || batch.keys.some(isWrongKey)) {
    return "keys";
  }
  if (
    batch.values.length !== values.length ||
    batch.values.some(({ value }) => value.length !== rows)
  ) return "values";
  if (
    batch.tags.length !== tags.length ||
    batch.tags.some((column, at) =>
      column.length !== rows ||
      isByteBeyond(column, tags[at]!.values.length + 1)
    )
  ) return "tags";
  const { scoreRow, score } = batch;
  if (scoreRow.length !== score.length || isBeyond(scoreRow, rows)) {
    return "scores";
  }
  if (!windows) return undefined;
  const { timeMs, line, lineOffset } = batch;
  if (timeMs?.length !== rows || !timeMs.every(Number.isFinite)) return "times";
  if (windows.allowedLatenessMs === undefined) return undefined;
  return line?.length === rows && lineOffset?.length === rows
    ? undefined
    : "lines";
}

/** True where an index is not below the limit. */
function isBeyond(index: Uint32Array, limit: number): boolean {
  for (let row = 0; row < index.length; row++) {
    if (index[row]! >= limit) return true;
  }
  return false;
}

/** The same of bytes: a loop over one kind of array is twice as fast. */
function isByteBeyond(index: Uint8Array, limit: number): boolean {
  for (let row = 0; row < index.length; row++) {
    if (index[row]! >= limit) return true;
  }
  return false;
}

/** True when each integer is exact or among those given exactly, and no other. */
function givesExactly({ value, exact }: ValueColumn): boolean {
  let given = 0;
  for (let row = 0; row < value.length; row++) {
    const number = value[row]!;
    if (Number.isSafeInteger(number) || number !== number) continue;
    if (exact[given++]?.row !== row) return false;
  }
  return given === exact.length;
}

/** True when no double is infinite, and none is given exactly. */
function isFinite({ value, exact }: ValueColumn): boolean {
  for (let row = 0; row < value.length; row++) {
    const number = value[row]!;
    if (number === Infinity || number === -Infinity) return false;
  }
  return exact.length === 0;
}
