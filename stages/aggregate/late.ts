/**
 * What becomes of an event whose window is closed: a reject that says what
 * aggregate knows of it.
 *
 * @module
 */

import type {
  EventBatch,
  Reject,
  Schema,
} from "../../proto/pipeline/batches.ts";
import { cutLine } from "../events/lines.ts";
import type { LateEvent } from "./groups.ts";
import { formatTime } from "./windows.ts";

const encoder = new TextEncoder();

/** JSON texts by the names that lead to them. */
type Tree = Map<string, Tree | string>;

/** Makes the reject of a late event. */
export function lateReject(
  schema: Schema,
  batch: EventBatch,
  { row, windowEndMs, watermarkMs }: LateEvent,
): Reject {
  return {
    line: batch.begin.line + batch.line![row]!,
    offset: batch.begin.offset + batch.lineOffset![row]!,
    stage: "aggregate",
    reason: `late: its window ended at ${
      formatTime(windowEndMs)
    }, and is closed since an event of ${formatTime(watermarkMs)}`,
    ...cutLine(encoder.encode(eventText(schema, batch, row))),
  };
}

/** Puts the late ones among the rejects of their batch, by offset. */
export function withLate(
  rejects: readonly Reject[],
  late: readonly Reject[],
): Reject[] {
  return [...rejects, ...late].sort((a, b) => a.offset - b.offset);
}

/** An event as JSON, as far as its batch has it. */
function eventText(
  { time, keys, values }: Schema,
  batch: EventBatch,
  row: number,
): string {
  const tree: Tree = new Map();
  if (time) put(tree, time.path, timeText(time.format, batch.timeMs![row]!));
  keys.forEach(({ path, oneOf }, at) => {
    const { dictionary, index } = batch.keys[at]!;
    const entries = oneOf.length > 0 ? oneOf : dictionary;
    const json = entries[index[row]!]!;
    if (json !== "null") put(tree, path, json);
  });
  values.forEach(({ path }, at) => {
    const { value, exact } = batch.values[at]!;
    const number = value[row]!;
    if (Number.isNaN(number)) return;
    const decimal = exact.find((each) => each.row === row)?.decimal;
    put(tree, path, decimal ?? String(number));
  });
  return write(tree);
}

function timeText(format: string, timeMs: number): string {
  switch (format) {
    case "epoch_s":
      return String(timeMs / 1_000);
    case "epoch_ms":
      return String(timeMs);
  }
  return JSON.stringify(formatTime(timeMs));
}

/** Puts a text at the end of a path. */
function put(tree: Tree, path: readonly string[], json: string): void {
  let at = tree;
  for (const name of path.slice(0, -1)) {
    const known = at.get(name);
    const next: Tree = known instanceof Map ? known : new Map();
    at.set(name, next);
    at = next;
  }
  at.set(path.at(-1)!, json);
}

function write(tree: Tree): string {
  const fields = Array.from(
    tree,
    ([name, json]) =>
      `${JSON.stringify(name)}:${
        typeof json === "string" ? json : write(json)
      }`,
  );
  return `{${fields.join(",")}}`;
}
