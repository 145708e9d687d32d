/**
 * The keys of groups, by slot: a tuple of numbers, of the window first, where
 * there are windows, and then of each field of the key.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { keyColumn, type OrderColumn, orderSlots } from "./key_order.ts";
import {
  createNumbered,
  fixedNumbers,
  NONE,
  type Numbered,
} from "./numbered.ts";
import { createTupleIndex } from "./tuple_index.ts";

/** What makes a group. */
export interface GroupKey {
  /** Where its window begins, in ms since 1970; undefined for no windows. */
  windowMs: number | undefined;
  /** The fields of the key as JSON. */
  key: string[];
  /** True for the group of those that were too many; its key is empty. */
  isOther: boolean;
}

/** The keys of all groups. */
export interface GroupKeys {
  /**
   * The tuple that the next call is about. Where all fields of the key are
   * {@linkcode NONE}, it is that of those that were too many.
   */
  readonly tuple: Uint32Array;
  /** Where in a tuple the fields of the key begin. */
  readonly firstKey: number;
  /** The number of a window; {@linkcode NONE} where it has no group. */
  findWindow(startMs: number): number;
  /** The number of a window for one more group. */
  takeWindow(startMs: number): number;
  /**
   * The numbers of what a batch has for a field; {@linkcode NONE} where no group
   * has it.
   */
  numbersOf(field: number, dictionary: readonly string[]): Uint32Array;
  /** The number of an entry of that dictionary for one more group. */
  take(field: number, dictionary: readonly string[], entry: number): number;
  /** The slot of the tuple; 0 for none. */
  find(): number;
  /** Gives a slot the tuple, whose numbers were taken for it. */
  add(slot: number): void;
  /** Puts the numbers of a key that was saved into the tuple, and takes them. */
  takeAll(key: GroupKey): void;
  /** Forgets the tuple of a slot. */
  release(slot: number, isOther: boolean): void;
  windowOf(slot: number): number | undefined;
  keyOf(slot: number, isOther: boolean): GroupKey;
  /** A field of the key as JSON, of a group that is not of those too many. */
  keyText(slot: number, field: number): string;
  /** Puts slots in the order of the results. */
  ordered(slots: Uint32Array): Uint32Array;
  /** Makes room for slots below `slots`. */
  grow(slots: number): void;
}

/** Starts without groups. */
export function createGroupKeys({ keys, windows }: Schema): GroupKeys {
  const windowNumbers = createNumbered<number>();
  const keyNumbers = keys.map(({ oneOf }): Numbered<string> =>
    oneOf.length > 0 ? fixedNumbers(oneOf) : createNumbered<string>()
  );
  /** Of a field that is one of some, the numbers are the indexes into those. */
  const fixed = keys.map(({ oneOf }) =>
    oneOf.length > 0 ? Uint32Array.from(oneOf.keys()) : undefined
  );
  const firstKey = windows ? 1 : 0;
  const tuple = new Uint32Array(firstKey + keys.length);
  const index = createTupleIndex(tuple.length);

  const windowOf = (slot: number) =>
    windows ? windowNumbers.value(index.at(slot, 0)) : undefined;
  const columns = keyNumbers.map((numbers, field): OrderColumn =>
    keyColumn((slot) => index.at(slot, firstKey + field), numbers.value)
  );
  if (windows) {
    columns.unshift({
      numberOf: (slot) => index.at(slot, 0),
      sort: (numbers) =>
        numbers.sort((a, b) => windowNumbers.value(a) - windowNumbers.value(b)),
    });
  }

  const keyText = (slot: number, field: number) =>
    keyNumbers[field]!.value(index.at(slot, firstKey + field));

  return {
    tuple,
    firstKey,
    findWindow: windowNumbers.find,
    takeWindow: windowNumbers.take,
    numbersOf(field, dictionary) {
      const known = fixed[field];
      if (known) return known;
      const { find } = keyNumbers[field]!;
      const found = new Uint32Array(dictionary.length);
      for (let entry = 0; entry < found.length; entry++) {
        found[entry] = find(dictionary[entry]!);
      }
      return found;
    },
    take: (field, dictionary, entry) =>
      fixed[field] ? entry : keyNumbers[field]!.take(dictionary[entry]!),
    find: () => index.find(tuple),
    add: (slot) => index.add(slot, tuple),
    takeAll({ windowMs, key, isOther }) {
      tuple.fill(NONE);
      if (windowMs !== undefined) tuple[0] = windowNumbers.take(windowMs);
      key.forEach((json, field) => {
        if (!isOther) tuple[firstKey + field] = keyNumbers[field]!.take(json);
      });
    },
    release(slot, isOther) {
      index.remove(slot);
      if (windows) windowNumbers.release(index.at(slot, 0));
      if (isOther) return;
      keyNumbers.forEach((numbers, field) =>
        numbers.release(index.at(slot, firstKey + field))
      );
    },
    windowOf,
    keyText,
    keyOf: (slot, isOther) => ({
      windowMs: windowOf(slot),
      key: isOther ? [] : keyNumbers.map((_, field) => keyText(slot, field)),
      isOther,
    }),
    ordered: (slots) => orderSlots(slots, columns),
    grow: index.grow,
  };
}
