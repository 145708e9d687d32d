/**
 * The order of keys: null, false, true, numbers by value, texts by their UTF-16
 * code units.
 *
 * @module
 */

import { NONE } from "./numbered.ts";

/** A key field, as it is compared. */
interface Sortable {
  kind: number;
  number: number;
  text: string;
}

const KINDS = ["null", "false", "true"];
const NUMBER = KINDS.length;
const TEXT = NUMBER + 1;

function toSortable(json: string): Sortable {
  const kind = KINDS.indexOf(json);
  if (kind >= 0) return { kind, number: 0, text: "" };
  return json.startsWith('"')
    ? { kind: TEXT, number: 0, text: JSON.parse(json) }
    : { kind: NUMBER, number: Number(json), text: json };
}

function compare(a: Sortable, b: Sortable): number {
  if (a.kind !== b.kind) return a.kind - b.kind;
  if (a.kind === TEXT) return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  return a.number - b.number || compareLong(a.text, b.text);
}

/** Integers beyond 2^53 can be one double and yet not the same. */
function compareLong(a: string, b: string): number {
  if (!/^-?\d+$/.test(a) || !/^-?\d+$/.test(b)) return 0;
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Compares two key fields, each as JSON. */
export function compareKeys(a: string, b: string): number {
  return compare(toSortable(a), toSortable(b));
}

/** A column by which slots are ordered. */
export interface OrderColumn {
  /** The number that a slot has; {@linkcode NONE} comes last. */
  numberOf(slot: number): number;
  /** Puts numbers in order, each of which is there once. */
  sort(numbers: number[]): number[];
}

/** A column of keys. */
export function keyColumn(
  numberOf: OrderColumn["numberOf"],
  json: (number: number) => string,
): OrderColumn {
  return {
    numberOf,
    sort: (numbers) =>
      numbers.map((number) => ({ number, by: toSortable(json(number)) }))
        .sort((a, b) => compare(a.by, b.by))
        .map(({ number }) => number),
  };
}

/** Puts slots in order by one column after the other: the first weighs most. */
export function orderSlots(
  slots: Uint32Array,
  columns: readonly OrderColumn[],
): Uint32Array {
  // The lightest column first: each pass keeps the order of the one before.
  return columns.reduceRight(orderByColumn, slots);
}

/** A counting sort by the ranks of the numbers. */
function orderByColumn(
  slots: Uint32Array,
  { numberOf, sort }: OrderColumn,
): Uint32Array {
  const distinct = new Set<number>();
  for (const slot of slots) distinct.add(numberOf(slot));
  if (distinct.size < 2) return slots;
  const hasNone = distinct.delete(NONE);
  const ranks = new Map(sort([...distinct]).map((number, at) => [number, at]));
  if (hasNone) ranks.set(NONE, ranks.size);
  const rankOf = slots.map((slot) => ranks.get(numberOf(slot))!);
  const places = new Uint32Array(ranks.size + 1);
  for (const rank of rankOf) places[rank + 1]!++;
  for (let at = 1; at < places.length; at++) places[at]! += places[at - 1]!;
  const ordered = new Uint32Array(slots.length);
  slots.forEach((slot, at) => ordered[places[rankOf[at]!]!++] = slot);
  return ordered;
}
