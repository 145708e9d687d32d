/**
 * Reads the event of a usual line from its bytes, without JSON.parse.
 *
 * Adds the event that parsed_line.ts would add, or says that the line is not
 * usual. Gives no reasons: a line that holds no event is never usual.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { WORK_TYPE } from "../events/work_item.ts";
import { createByteDictionary } from "./byte_dictionary.ts";
import type { ParseOptions } from "./parse.ts";
import type { RowColumn, Rows } from "./rows.ts";
import { compileScan } from "./scan_plan.ts";
import {
  FALSE,
  type Found,
  INTEGER,
  MISS,
  NUMBER,
  STRING,
  TIMESTAMP,
  TRUE,
} from "./found.ts";
import { createScanner } from "./scanner.ts";
import { parseTimestamp } from "./timestamp.ts";

/**
 * Adds the event of the line that begins at `start` to the rows.
 *
 * @param bytes Must have a line feed at or after `start`.
 * @returns Where the line feed is; `MISS` if the line is not usual, and then
 * nothing has been added.
 */
export type AddScanned = (
  rows: Rows,
  bytes: Uint8Array,
  start: number,
) => number;

/** What every event has. */
const REQUIRED = ["ts", "type", "user", "value"];

/** Makes the reader for a run. */
export function createScannedLines(
  { types, fields }: ParseOptions,
): AddScanned {
  const plan = compileScan([
    ...REQUIRED.map((name) => [name]),
    ...fields.map((field) => field.split(".")),
  ]);
  const [ts, type, user, value, ...columns] = plan.slotOf as [
    ts: number,
    type: number,
    user: number,
    value: number,
    ...columns: number[],
  ];
  const { scan, found } = createScanner(plan);
  const { kind, from, to, integer } = found;
  const known = createByteDictionary(types);
  const work = types.indexOf(WORK_TYPE);

  return (rows, bytes, start) => {
    const end = scan(bytes, start);
    if (
      end === MISS || kind[ts] !== TIMESTAMP || kind[type] !== STRING ||
      !isString(kind[user]!) || kind[value] !== INTEGER
    ) return MISS;
    const index = known.find(bytes, from[type]!, to[type]!);
    // A work item has more to it than fields.
    if (index < 0 || index === work) return MISS;
    const row = rows.count++;
    rows.type[row] = index;
    rows.value[row] = integer[value]!;
    for (let at = 0; at < columns.length; at++) {
      addField(rows.columns[at]!, row, bytes, found, columns[at]!, ts);
    }
    return end;
  };
}

function isString(kind: number): boolean {
  return kind === STRING || kind === TIMESTAMP;
}

/** Sets one row of a column to what stands in a slot, as JSON. */
function addField(
  { dictionary, index }: RowColumn,
  row: number,
  bytes: Uint8Array,
  { kind, from, to, integer }: Found,
  slot: number,
  ts: number,
): void {
  const start = from[slot]!;
  const end = to[slot]!;
  const text = () =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
      .toString("latin1");
  switch (kind[slot]) {
    case TIMESTAMP:
    case STRING:
      index[row] = slot === ts
        ? dictionary.addText(JSON.stringify(parseTimestamp(text())))
        // In plain ASCII JSON writes a string as it stands here.
        : dictionary.add(bytes, start - 1, end + 1);
      return;
    case INTEGER:
      if (integer[slot] === 0) index[row] = dictionary.addText("0"); // -0 too
      else index[row] = dictionary.add(bytes, start, end);
      return;
    case NUMBER:
      // JSON.stringify() writes a number that is not finite as null.
      index[row] = dictionary.addText(JSON.stringify(Number(text())));
      return;
    case TRUE:
    case FALSE:
      index[row] = dictionary.add(bytes, start, end);
      return;
    default:
      index[row] = 0; // null
  }
}
