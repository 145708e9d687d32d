/**
 * Reads the event of a usual line from its bytes, without JSON.parse.
 *
 * Adds the event that parsed_line.ts would add, or says that the line is not
 * usual. Gives no reasons: a line that holds no event is never usual.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import type { KeyField } from "../schema/schema.ts";
import {
  type ByteDictionary,
  createByteDictionary,
} from "./byte_dictionary.ts";
import { doubleOf } from "./double.ts";
import {
  ABSENT,
  FALSE,
  type Found,
  INTEGER,
  MISS,
  NESTED,
  NULL,
  NUMBER,
  STRING,
  TIMESTAMP,
  TRUE,
} from "./found.ts";
import { workIndexOf } from "./parsed_line.ts";
import { epochMs, needsTime, timeUnitMs } from "./parsed_time.ts";
import { areTexts, isSafe, mayLack, plainChoices } from "./plain_json.ts";
import type { EventFields, RowColumn, Rows } from "./rows.ts";
import { compileScan, type ScanPlan } from "./scan_plan.ts";
import { createScanner } from "./scanner.ts";
import { timestampMs } from "./timestamp.ts";

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

/** Makes the reader for a run. */
export function createScannedLines(
  { schema, fields }: EventFields,
): AddScanned {
  const { time, keys, required, values } = schema;
  const plan = compileScan(
    [...time ? [time] : [], ...keys, ...required, ...values, ...fields]
      .map(({ path }) => path),
  );
  const slots = [...plan.slotOf];
  const timeSlot = time ? slots.shift()! : NO_SLOT;
  const keySlots = slots.splice(0, keys.length);
  const requiredSlots = slots.splice(0, required.length);
  const valueSlots = slots.splice(0, values.length);
  const fieldSlots = slots;

  const unitMs = timeUnitMs(schema);
  const hasWindows = !!schema.windows;
  const isTimeRead = unitMs !== undefined || hasWindows ||
    fields.some(({ isTime }) => isTime);
  const choices = keys.map(createChoices);
  const openKeys = [...keys.keys()].filter((at) => !choices[at]);
  const hasMore = isTimeRead || openKeys.length > 0 || fields.length > 0;
  const work = workIndexOf(schema);
  const usual = usualKinds(schema, plan);
  const { scan, found } = createScanner(plan);
  const { kind, from, to, integer } = found;
  return isSimple(schema) ? createSimple() : addAny;

  function addAny(rows: Rows, bytes: Uint8Array, start: number): number {
    const end = scan(bytes, start);
    if (end === MISS) return MISS;
    for (let slot = 0; slot < usual.length; slot++) {
      if ((usual[slot]! >> kind[slot]! & 1) === 0) return MISS;
    }
    const row = rows.count;
    // What is set in this row does not count before the row does.
    for (let at = 0; at < keySlots.length; at++) {
      const slot = keySlots[at]!;
      const choice = choices[at];
      if (choice === undefined) {
        if (kind[slot] === NUMBER && !isSafe(numberAt(bytes, slot))) {
          return MISS;
        }
        continue;
      }
      const index = findChoice(choice, bytes, slot);
      if (index < 0) return MISS;
      rows.keys[at]!.index[row] = index;
    }
    for (let at = 0; at < valueSlots.length; at++) {
      const slot = valueSlots[at]!;
      let amount = integer[slot]!;
      if (kind[slot] !== INTEGER) {
        amount = kind[slot] === NUMBER ? numberAt(bytes, slot) : NaN;
        if (Math.abs(amount) === Infinity) return MISS;
      }
      rows.values[at]!.value[row] = amount;
    }
    if (hasMore && !addMore(rows, row, bytes)) return MISS;
    rows.count = row + 1;
    return end;
  }

  /** The same without loops over one, which would take a tenth of the time. */
  function createSimple(): AddScanned {
    const keySlot = keySlots[0]!;
    const valueSlot = valueSlots[0]!;
    const requiredSlot = requiredSlots[0]!;
    const requiredKinds = usual[requiredSlot]!;
    const { known } = choices[0]!;
    return (rows, bytes, start) => {
      const end = scan(bytes, start);
      if (
        end === MISS || kind[timeSlot] !== TIMESTAMP ||
        kind[keySlot] !== STRING || kind[valueSlot] !== INTEGER ||
        (requiredKinds >> kind[requiredSlot]! & 1) === 0
      ) return MISS;
      const index = known.find(bytes, from[keySlot]!, to[keySlot]!);
      // A work item has more to it than fields.
      if (index < 0 || index === work) return MISS;
      const row = rows.count;
      rows.keys[0]!.index[row] = index;
      rows.values[0]!.value[row] = integer[valueSlot]!;
      if (hasMore && !addMore(rows, row, bytes)) return MISS;
      rows.count = row + 1;
      return end;
    };
  }

  /** Adds the time and whatever has a dictionary; false if that cannot be. */
  function addMore(rows: Rows, row: number, bytes: Uint8Array): boolean {
    const ms = isTimeRead ? timeOf(bytes) : NaN;
    if (ms === Infinity) return false;
    if (hasWindows) rows.timeMs![row] = ms;
    for (let at = 0; at < openKeys.length; at++) {
      const key = openKeys[at]!;
      addField(rows.keys[key]!, row, bytes, found, keySlots[key]!);
    }
    for (let at = 0; at < fieldSlots.length; at++) {
      const column = rows.columns[at]!;
      if (fields[at]!.isTime) {
        // JSON.stringify() makes null of NaN.
        column.index[row] = column.dictionary.addText(JSON.stringify(ms));
      } else addField(column, row, bytes, found, fieldSlots[at]!);
    }
    return true;
  }

  /** The time in ms since 1970, NaN where there is none. */
  function timeOf(bytes: Uint8Array): number {
    if (timeSlot === NO_SLOT) return NaN;
    switch (kind[timeSlot]) {
      case TIMESTAMP:
        return timestampMs(bytes, from[timeSlot]!, to[timeSlot]!);
      case INTEGER:
        return epochMs(integer[timeSlot]!, unitMs!);
      case NUMBER:
        return epochMs(numberAt(bytes, timeSlot), unitMs!);
      default:
        return NaN;
    }
  }

  function numberAt(bytes: Uint8Array, slot: number): number {
    return doubleOf(bytes, from[slot]!, to[slot]!);
  }

  /** Which of its values a key has; -1 for none, or for one written oddly. */
  function findChoice(
    { known, ofNull, quote }: Choices,
    bytes: Uint8Array,
    slot: number,
  ): number {
    switch (kind[slot]) {
      case STRING:
      case TIMESTAMP:
        // In plain ASCII JSON writes a string as it stands here.
        return known.find(bytes, from[slot]! - quote, to[slot]! + quote);
      case INTEGER:
      case TRUE:
      case FALSE:
        return known.find(bytes, from[slot]!, to[slot]!);
      case ABSENT:
      case NULL:
        return ofNull;
      default:
        return -1;
    }
  }
}

const NO_SLOT = -1;

// Sets of kinds, a bit each.
const STRINGS = 1 << STRING | 1 << TIMESTAMP;
const NUMBERS = 1 << INTEGER | 1 << NUMBER;
const BOOLEANS = 1 << TRUE | 1 << FALSE;
const SCALARS = STRINGS | NUMBERS | BOOLEANS;
/** For a field that is not required. */
const NOTHING_THERE = 1 << ABSENT | 1 << NULL;
/** For a field of which it matters only whether it is there. */
const THERE = SCALARS | 1 << NESTED;
/** By what a required field must be. */
const KINDS: Readonly<Record<string, number>> = {
  text: STRINGS,
  number: NUMBERS,
  boolean: BOOLEANS,
};

/**
 * True for a schema like the built-in one, which alone has work items: a time, a
 * key of a few texts, an integer, and one field more. No line is without them.
 */
function isSimple({ time, keys, required, values }: Schema): boolean {
  return time?.format === "rfc3339" && time.required &&
    required.length === 1 && keys.length === 1 && areTexts(keys[0]!) &&
    values.length === 1 &&
    values[0]!.as === "integer" && values[0]!.required;
}

/** By slot, which kinds a usual line has there: those that each field takes. */
function usualKinds(schema: Schema, { slots, slotOf }: ScanPlan): Int32Array {
  const { time, keys, required, values } = schema;
  const epoch = timeUnitMs(schema) !== undefined;
  const orNothing = (canLack: boolean) => canLack ? NOTHING_THERE : 0;
  const kinds = [
    ...time
      ? [
        (epoch ? NUMBERS : 1 << TIMESTAMP) | orNothing(!needsTime(schema)),
      ]
      : [],
    ...keys.map((key) =>
      (areTexts(key) ? STRINGS : SCALARS) | orNothing(mayLack(key))
    ),
    ...required.map(({ as }) => KINDS[as] ?? THERE),
    ...values.map(({ as, required }) =>
      (as === "integer" ? 1 << INTEGER : NUMBERS) | orNothing(!required)
    ),
  ];
  const usual = new Int32Array(slots).fill(-1);
  kinds.forEach((each, at) => usual[slotOf[at]!]! &= each);
  return usual;
}

/** What a field of the key may be. */
interface Choices {
  /** Texts only, without their quotes; or anything, as JSON. */
  known: ByteDictionary;
  /** How many quotes there are in front of a text, and behind it. */
  quote: number;
  /** The number of null, -1 where that is none of them. */
  ofNull: number;
}

/** Returns undefined where it may be anything. */
function createChoices(key: KeyField): Choices | undefined {
  const choices = plainChoices(key);
  if (choices.length === 0) return undefined;
  const isText = areTexts(key);
  const known = createByteDictionary(
    isText ? choices.map((json) => JSON.parse(json)) : choices,
  );
  // It has each once: where one is written twice the numbers are others.
  const isSame = known.texts.length === choices.length;
  return {
    known: isSame ? known : createByteDictionary(),
    quote: isText ? 0 : 1,
    ofNull: isSame ? choices.indexOf("null") : -1,
  };
}

/** Sets one row of a column to what stands in a slot, as JSON. */
function addField(
  { dictionary, index }: RowColumn,
  row: number,
  bytes: Uint8Array,
  { kind, from, to, integer }: Found,
  slot: number,
): void {
  const start = from[slot]!;
  const end = to[slot]!;
  switch (kind[slot]) {
    case TIMESTAMP:
    case STRING:
      // In plain ASCII JSON writes a string as it stands here.
      index[row] = dictionary.add(bytes, start - 1, end + 1);
      return;
    case INTEGER:
      if (integer[slot] === 0) index[row] = dictionary.addText("0"); // -0 too
      else index[row] = dictionary.add(bytes, start, end);
      return;
    case NUMBER:
      // JSON.stringify() writes a number that is not finite as null.
      index[row] = dictionary.addText(
        JSON.stringify(doubleOf(bytes, start, end)),
      );
      return;
    case TRUE:
    case FALSE:
      index[row] = dictionary.add(bytes, start, end);
      return;
    default:
      index[row] = 0; // null
  }
}
