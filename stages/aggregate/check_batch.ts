/**
 * Says whether a batch can be counted, before anything of it is.
 *
 * @module
 */

import {
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
  if (!isSamePosition(begin, position)) {
    throw refusal(batch, `the state ends at event ${position.event}`);
  }
  const events = end.event - begin.event;
  const accounted = rows + batch.filtered + batch.rejects.length;
  if (events !== accounted) {
    throw refusal(
      batch,
      `it has ${events} events and accounts for ${accounted}`,
    );
  }
  if (rows === 0) return;
  const wrong = wrongColumn(schema, tags, batch);
  if (wrong) {
    throw refusal(batch, `its ${wrong} are not one for each event`);
  }
  if (!areExact(schema, batch)) {
    throw refusal(
      batch,
      "the values that no double holds are not those that it gives exactly",
    );
  }
}

function refusal({ begin }: EventBatch, why: string): RangeError {
  return new RangeError(
    `Cannot apply the batch from event ${begin.event}: ${why}`,
  );
}

/** Names what does not fit the schema, or the rows. */
function wrongColumn(
  { keys, values, windows }: Schema,
  tags: Opening["tags"],
  batch: EventBatch,
): string | undefined {
  const { rows } = batch;
  if (batch.keys.length !== keys.length) return "keys";
  for (let at = 0; at < keys.length; at++) {
    const { index, dictionary } = batch.keys[at]!;
    const count = keys[at]!.oneOf.length || dictionary.length;
    if (index.length !== rows || isBeyond(index, count)) return "keys";
  }
  if (batch.values.length !== values.length) return "values";
  for (let at = 0; at < values.length; at++) {
    if (batch.values[at]!.value.length !== rows) return "values";
  }
  if (batch.tags.length !== tags.length) return "tags";
  for (let at = 0; at < tags.length; at++) {
    const column = batch.tags[at]!;
    const count = tags[at]!.values.length + 1;
    if (column.length !== rows || isByteBeyond(column, count)) return "tags";
  }
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

/** True where each value is what a double holds, or given exactly. */
function areExact({ values }: Schema, batch: EventBatch): boolean {
  for (let at = 0; at < values.length; at++) {
    const column = batch.values[at]!;
    const isRight = values[at]!.as === "integer"
      ? givesExactly(column)
      : isFinite(column);
    if (!isRight) return false;
  }
  return true;
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
