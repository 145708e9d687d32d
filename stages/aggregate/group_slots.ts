/**
 * The slots of groups: which are used, by what, and which are free again.
 *
 * @module
 */

import type { GroupKeys } from "./group_keys.ts";
import type { OpenWindows } from "./open_windows.ts";

/** The slot that takes events that are late; its figures are never told. */
export const LATE = 0;

/** Who is told of slots. */
export interface SlotOptions {
  /** Told before a slot is used that is not below what was told before. */
  grow(slots: number): void;
  /** Told that a slot begins with a new group. */
  opened(slot: number): void;
}

/** The slots of groups. */
export interface GroupSlots {
  /** How many groups there are, and how many are of those that were too many. */
  readonly counts: { own: number; others: number };
  /** Makes the group whose tuple is in the keys. @returns Its slot. */
  make(isOther: boolean): number;
  /** The same in the slot that it had. */
  restore(slot: number, isOther: boolean): void;
  /** To be called when all are restored. */
  restored(): void;
  /** Counts a group no more, whose window is closed. */
  uncount(slot: number): void;
  /** Forgets a group; it is not counted any more. */
  release(slot: number): void;
  isOpen(slot: number): boolean;
  isOther(slot: number): boolean;
  /** @param most Looks at so many of the first slots only. @default {all} */
  openSlots(most?: number): Uint32Array;
}

const FIRST_SLOTS = 16;
const FREE = 0;
const OWN = 1;
const OTHER = 2;

/** Starts without groups. */
export function createGroupSlots(
  keys: GroupKeys,
  windows: OpenWindows,
  { grow, opened }: SlotOptions,
): GroupSlots {
  let states = new Uint8Array();
  let nextSlot = LATE + 1;
  const free: number[] = [];
  const counts = { own: 0, others: 0 };

  const makeRoom = (slot: number) => {
    if (slot < states.length) return;
    const room = Math.max(FIRST_SLOTS, 2 ** Math.ceil(Math.log2(slot + 1)));
    const larger = new Uint8Array(room);
    larger.set(states);
    states = larger;
    keys.grow(room);
    windows.grow(room);
    grow(room);
  };
  makeRoom(LATE);

  const use = (slot: number, isOther: boolean) => {
    makeRoom(slot);
    states[slot] = isOther ? OTHER : OWN;
    counts[isOther ? "others" : "own"]++;
    keys.add(slot);
    const windowMs = keys.windowOf(slot);
    if (windowMs !== undefined) windows.add(windowMs, slot);
    opened(slot);
  };
  const isOther = (slot: number) => states[slot] === OTHER;

  return {
    counts,
    make(isOther) {
      const slot = free.pop() ?? nextSlot++;
      use(slot, isOther);
      return slot;
    },
    restore(slot, isOther) {
      use(slot, isOther);
      nextSlot = Math.max(nextSlot, slot + 1);
    },
    restored() {
      for (let slot = LATE + 1; slot < nextSlot; slot++) {
        if (states[slot] === FREE) free.push(slot);
      }
    },
    uncount(slot) {
      counts[isOther(slot) ? "others" : "own"]--;
    },
    release(slot) {
      const windowMs = keys.windowOf(slot);
      if (windowMs !== undefined) windows.remove(windowMs, slot);
      keys.release(slot, isOther(slot));
      states[slot] = FREE;
      free.push(slot);
    },
    isOpen: (slot) => slot !== LATE && states[slot] !== FREE,
    isOther,
    openSlots(most = Infinity) {
      const open = counts.own + counts.others;
      const slots = new Uint32Array(Math.min(open, most));
      const end = Math.min(nextSlot, LATE + 1 + most);
      let at = 0;
      for (let slot = LATE + 1; slot < end; slot++) {
        if (states[slot] !== FREE) slots[at++] = slot;
      }
      return at === slots.length ? slots : slots.subarray(0, at);
    },
  };
}
