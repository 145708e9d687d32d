/**
 * Which group an event is of: finds and makes groups in the order of the events,
 * and closes windows whose time is over.
 *
 * A group has a slot: its place in every array of figures. Slots are used again
 * once their window is closed. What is decided here depends on the order of the
 * events alone, and not on how they are cut into batches.
 *
 * @module
 */

import type { EventBatch, Schema } from "../../proto/pipeline/batches.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { combine, type NumberColumn } from "./combine.ts";
import { createGroupKeys, type GroupKey } from "./group_keys.ts";
import { createGroupSlots, LATE, type SlotOptions } from "./group_slots.ts";
import { NONE } from "./numbered.ts";
import { createOpenWindows } from "./open_windows.ts";
import { numberWindows } from "./windows.ts";

/** An event whose window was closed before it. */
export interface LateEvent {
  row: number;
  windowEndMs: number;
  /** The latest time before it. */
  watermarkMs: number;
}

/** The groups of a batch. */
export interface Assigned {
  /** Each row's slot. Good until the next batch. */
  slots: Uint32Array;
  late: readonly LateEvent[];
  /** How many events are of groups that were too many. */
  others: number;
  /** The starts of the windows that are closed now, the earliest first. */
  closed: readonly number[];
}

const NONE_LATE: readonly LateEvent[] = [];

/** The open groups of a run. */
export interface Groups {
  /** The latest time of an event, in ms since 1970; where events can be late. */
  watermarkMs: number;
  /**
   * Finds the group of each event, or makes it.
   *
   * @throws {Fault} `failed_precondition` where there are too many; nothing has
   * changed then.
   */
  assign(batch: EventBatch): Assigned;
  /** Makes a group that was saved, in the slot that it had. */
  restore(slot: number, group: GroupKey): void;
  /** To be called when all are restored. */
  restored(): void;
  keyOf(slot: number): GroupKey;
  /** What {@linkcode keyOf} tells, part by part. */
  windowOf(slot: number): number | undefined;
  keyText(slot: number, field: number): string;
  isOther(slot: number): boolean;
  isOpen(slot: number): boolean;
  /** How many open groups there are. */
  readonly count: number;
  /** The slots of open groups among so many of the first slots. */
  firstSlots(most: number): Uint32Array;
  /** The slots of all open groups. */
  openSlots(): Uint32Array;
  /** The slots of all open groups, or of one window, in the order of the results. */
  ordered(windowMs?: number): Uint32Array;
  /** Forgets a group. */
  release(slot: number): void;
}

/** Starts without groups. */
export function createGroups(schema: Schema, options: SlotOptions): Groups {
  const { windows, maxGroups } = schema;
  const keys = createGroupKeys(schema);
  const { tuple, firstKey } = keys;
  const open = createOpenWindows(windows);
  const all = createGroupSlots(keys, open, options);
  const { counts } = all;

  // Used again for each batch: making them anew takes longer than to count one.
  let table = new Uint32Array();
  let slots = new Uint32Array();
  let combined = new Uint32Array();
  let windowOf = new Uint32Array();
  const numberColumns: NumberColumn[] = Array.from(
    { length: firstKey + schema.keys.length },
    () => ({ index: slots, count: 0 }),
  );
  const made: number[] = [];

  // Of the batch at hand.
  let columns: EventBatch["keys"] = [];
  /** The starts of its windows. */
  let starts: number[] = [];
  /** By field of the key: the number of each entry of the dictionary. */
  const numbers: Uint32Array[] = [];

  const tooMany = (): Fault =>
    new Fault(
      "failed_precondition",
      `Cannot count more than ${maxGroups} ${
        windows ? "groups in open windows" : "groups"
      } at once: allow more by --max-groups, or max_groups in the schema; ${
        schema.other || schema.keys.length === 0
          ? "or have fewer windows open, by --allowed-lateness or a longer --window"
          : "or count the rest as one by --other, or other: true in the schema"
      }`,
    );

  /** Turns to a batch. @returns Numbers of its rows, alike for the same group. */
  const begin = ({ keys: all, rows, timeMs }: EventBatch): Uint32Array => {
    columns = all;
    made.length = 0;
    if (slots.length < rows) {
      slots = new Uint32Array(rows);
      combined = new Uint32Array(rows);
      windowOf = new Uint32Array(rows);
    }
    if (windows) {
      starts = numberWindows(timeMs!, windows, windowOf);
      numberColumns[0]!.index = windowOf;
      numberColumns[0]!.count = starts.length;
    }
    for (let at = 0; at < columns.length; at++) {
      const { index, dictionary } = columns[at]!;
      const known = keys.numbersOf(at, dictionary);
      const column = numberColumns[firstKey + at]!;
      numbers[at] = known;
      column.index = index;
      column.count = known.length;
    }
    const { index, count } = combine(numberColumns, rows, combined);
    if (table.length < count) table = new Uint32Array(2 * count);
    else table.fill(LATE, 0, count);
    return index;
  };
  const find = (row: number, isOther: boolean): number => {
    if (windows) tuple[0] = keys.findWindow(starts[windowOf[row]!]!);
    let isKnown = !windows || tuple[0] !== NONE;
    for (let at = 0; at < columns.length; at++) {
      const number = isOther ? NONE : numbers[at]![columns[at]!.index[row]!]!;
      if (number === NONE && !isOther) isKnown = false;
      tuple[firstKey + at] = number;
    }
    return isKnown ? keys.find() : 0;
  };
  const add = (row: number, isOther: boolean): number => {
    if (windows) tuple[0] = keys.takeWindow(starts[windowOf[row]!]!);
    for (let at = 0; at < columns.length && !isOther; at++) {
      const entry = columns[at]!.index[row]!;
      const number = keys.take(at, columns[at]!.dictionary, entry);
      numbers[at]![entry] = number;
      tuple[firstKey + at] = number;
    }
    const slot = all.make(isOther);
    made.push(slot);
    return slot;
  };
  const resolve = (row: number): number => {
    const known = find(row, false);
    if (known !== 0) return known;
    if (counts.own < maxGroups) return add(row, false);
    if (!schema.other) throw tooMany();
    const other = find(row, true);
    if (other !== 0) return other;
    if (counts.others >= maxGroups) throw tooMany();
    return add(row, true);
  };

  const assignAll = (rows: number, index: Uint32Array): void => {
    const [places, into] = [table, slots];
    for (let row = 0; row < rows; row++) {
      const at = index[row]!;
      let slot = places[at]!;
      if (slot === 0) places[at] = slot = resolve(row);
      into[row] = slot;
    }
  };
  /** The same, and closes windows by the way. @returns What is too late. */
  const assignInTime = (
    { rows, timeMs }: EventBatch,
    index: Uint32Array,
    { sizeMs }: NonNullable<Schema["windows"]>,
    latenessMs: number,
  ): LateEvent[] => {
    const [places, into] = [table, slots];
    const late: LateEvent[] = [];
    /** What was put with others, which a closed window may make room for. */
    const others: number[] = [];
    for (let row = 0; row < rows; row++) {
      const time = timeMs![row]!;
      if (time > open.watermarkMs) {
        const closed = open.advance(time);
        closed.forEach(all.uncount);
        if (closed.length > 0) {
          for (const at of others.splice(0)) places[at] = 0;
        }
      }
      const windowEndMs = starts[windowOf[row]!]! + sizeMs;
      if (windowEndMs + latenessMs <= open.watermarkMs) {
        late.push({ row, windowEndMs, watermarkMs: open.watermarkMs });
        into[row] = LATE;
        continue;
      }
      const at = index[row]!;
      let slot = places[at]!;
      if (slot === 0) {
        places[at] = slot = resolve(row);
        if (all.isOther(slot)) others.push(at);
      }
      into[row] = slot;
    }
    return late;
  };
  const countOthers = (rows: number): number => {
    let others = 0;
    for (let row = 0; row < rows; row++) {
      if (all.isOther(slots[row]!)) others++;
    }
    return others;
  };

  return {
    get watermarkMs() {
      return open.watermarkMs;
    },
    set watermarkMs(timeMs) {
      open.watermarkMs = timeMs;
    },
    assign(batch) {
      const { rows } = batch;
      const { own, others } = counts;
      open.mark();
      try {
        let late = NONE_LATE;
        if (rows > 0) {
          const index = begin(batch);
          const latenessMs = windows?.allowedLatenessMs;
          if (latenessMs === undefined) assignAll(rows, index);
          else late = assignInTime(batch, index, windows!, latenessMs);
        }
        return {
          slots,
          late,
          others: schema.other ? countOthers(rows) : 0,
          closed: open.takeClosed(),
        };
      } catch (error) {
        made.forEach(all.release);
        open.undo();
        counts.own = own;
        counts.others = others;
        throw error;
      }
    },
    restore(slot, group) {
      keys.takeAll(group);
      all.restore(slot, group.isOther);
    },
    restored: all.restored,
    keyOf: (slot) => keys.keyOf(slot, all.isOther(slot)),
    windowOf: keys.windowOf,
    keyText: keys.keyText,
    isOther: all.isOther,
    get count() {
      return counts.own + counts.others;
    },
    firstSlots: all.openSlots,
    openSlots: all.openSlots,
    isOpen: all.isOpen,
    ordered: (windowMs) =>
      keys.ordered(
        windowMs === undefined
          ? all.openSlots()
          : Uint32Array.from(open.slotsOf(windowMs)),
      ),
    release: all.release,
  };
}
