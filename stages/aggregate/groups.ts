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
  late: LateEvent[];
  /** How many events are of groups that were too many. */
  others: number;
  /** The starts of the windows that are closed now, the earliest first. */
  closed: number[];
}

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
  isOpen(slot: number): boolean;
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

  // Used again for each batch.
  let table = new Uint32Array();
  let slots = new Uint32Array();
  let combined = new Uint32Array();
  let windowOf = new Uint32Array();

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

  /** Finds or makes the groups of one batch. */
  const assigning = ({ keys: columns, rows, timeMs }: EventBatch) => {
    const starts = windows ? numberWindows(timeMs!, windows, windowOf) : [];
    const numbers = columns.map(({ dictionary }, at) =>
      keys.numbersOf(at, dictionary)
    );
    const numberColumns: NumberColumn[] = columns.map(({ index }, at) => ({
      index,
      count: numbers[at]!.length,
    }));
    if (windows) {
      numberColumns.unshift({ index: windowOf, count: starts.length });
    }
    const rowKeys = combine(numberColumns, rows, combined);
    if (table.length < rowKeys.count) {
      table = new Uint32Array(2 * rowKeys.count);
    } else table.fill(LATE, 0, rowKeys.count);
    const made: number[] = [];

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
    return {
      rowKeys,
      starts,
      made,
      resolve(row: number): number {
        const known = find(row, false);
        if (known !== 0) return known;
        if (counts.own < maxGroups) return add(row, false);
        if (!schema.other) throw tooMany();
        const other = find(row, true);
        if (other !== 0) return other;
        if (counts.others >= maxGroups) throw tooMany();
        return add(row, true);
      },
    };
  };

  const assignInOrder = (
    batch: EventBatch,
    { rowKeys, starts, resolve }: ReturnType<typeof assigning>,
  ): LateEvent[] => {
    const { rows } = batch;
    const { index } = rowKeys;
    const [places, into] = [table, slots];
    if (windows?.allowedLatenessMs === undefined) {
      for (let row = 0; row < rows; row++) {
        const at = index[row]!;
        let slot = places[at]!;
        if (slot === 0) places[at] = slot = resolve(row);
        into[row] = slot;
      }
      return [];
    }
    const late: LateEvent[] = [];
    /** What was put with others, which a closed window may make room for. */
    const others: number[] = [];
    for (let row = 0; row < rows; row++) {
      const time = batch.timeMs![row]!;
      if (time > open.watermarkMs) {
        const closed = open.advance(time);
        closed.forEach(all.uncount);
        if (closed.length > 0) {
          for (const at of others.splice(0)) places[at] = 0;
        }
      }
      const windowEndMs = starts[windowOf[row]!]! + windows.sizeMs;
      if (windowEndMs + windows.allowedLatenessMs <= open.watermarkMs) {
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

  const reserve = (rows: number) => {
    if (slots.length >= rows) return;
    slots = new Uint32Array(rows);
    combined = new Uint32Array(rows);
    windowOf = new Uint32Array(rows);
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
      if (rows === 0) return { slots, late: [], others: 0, closed: [] };
      const before = { ...counts };
      const undo = open.mark();
      reserve(rows);
      const assigned = assigning(batch);
      try {
        const late = assignInOrder(batch, assigned);
        let others = 0;
        if (schema.other) {
          for (let row = 0; row < rows; row++) {
            if (all.isOther(slots[row]!)) others++;
          }
        }
        return { slots, late, others, closed: open.takeClosed() };
      } catch (error) {
        assigned.made.forEach(all.release);
        undo();
        Object.assign(counts, before);
        throw error;
      }
    },
    restore(slot, group) {
      keys.takeAll(group);
      all.restore(slot, group.isOther);
    },
    restored: all.restored,
    keyOf: (slot) => keys.keyOf(slot, all.isOther(slot)),
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
