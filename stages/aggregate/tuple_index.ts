/**
 * Finds a slot by a tuple of numbers.
 *
 * A hash table with open addressing. A Map would need a text or a nested Map for
 * each tuple, several times the memory, and ends at 2^24 entries.
 *
 * @module
 */

/** Slots by their tuples; slot 0 is none. */
export interface TupleIndex {
  /** The slot of a tuple; 0 for none. */
  find(tuple: Uint32Array): number;
  /** Adds a slot whose tuple is not there yet. */
  add(slot: number, tuple: Uint32Array): void;
  /** Removes a slot that is there. */
  remove(slot: number): void;
  /** One number of a slot's tuple. */
  at(slot: number, column: number): number;
  /** Makes room for slots below `slots`. */
  grow(slots: number): void;
}

const FIRST_SIZE = 64;
/** 2^32 divided by the golden ratio: spreads numbers that lie close together. */
const SPREAD = 0x9e37_79b1;

/** @param width How many numbers a tuple has. */
export function createTupleIndex(width: number): TupleIndex {
  let table = new Uint32Array(FIRST_SIZE);
  /** The tuples, one after the other. */
  let tuples = new Uint32Array();
  let count = 0;

  const homeOf = (from: Uint32Array, start: number) => {
    let hash = 0;
    for (let column = 0; column < width; column++) {
      hash = Math.imul(hash ^ from[start + column]!, SPREAD);
      hash ^= hash >>> 15;
    }
    return hash & (table.length - 1);
  };
  const isAt = (slot: number, tuple: Uint32Array) => {
    for (let column = 0; column < width; column++) {
      if (tuples[slot * width + column] !== tuple[column]) return false;
    }
    return true;
  };
  const insert = (slot: number) => {
    let place = homeOf(tuples, slot * width);
    while (table[place] !== 0) place = (place + 1) & (table.length - 1);
    table[place] = slot;
  };

  return {
    find(tuple) {
      const mask = table.length - 1;
      for (let place = homeOf(tuple, 0);; place = (place + 1) & mask) {
        const slot = table[place]!;
        if (slot === 0 || isAt(slot, tuple)) return slot;
      }
    },
    add(slot, tuple) {
      if (2 * ++count > table.length) {
        const before = table;
        table = new Uint32Array(2 * before.length);
        for (const each of before) if (each !== 0) insert(each);
      }
      tuples.set(tuple, slot * width);
      insert(slot);
    },
    remove(slot) {
      const mask = table.length - 1;
      let hole = homeOf(tuples, slot * width);
      while (table[hole] !== slot) hole = (hole + 1) & mask;
      // Whatever lies behind and belongs at the hole or before moves into it.
      for (
        let place = (hole + 1) & mask;
        table[place] !== 0;
        place = (place + 1) & mask
      ) {
        const home = homeOf(tuples, table[place]! * width);
        if (((place - home) & mask) >= ((place - hole) & mask)) {
          table[hole] = table[place]!;
          hole = place;
        }
      }
      table[hole] = 0;
      count--;
    },
    at: (slot, column) => tuples[slot * width + column]!,
    grow(slots) {
      const larger = new Uint32Array(slots * width);
      larger.set(tuples);
      tuples = larger;
    },
  };
}
