/**
 * Numbers texts by their bytes, so that a text that was there before costs no
 * string.
 *
 * An open hash table, by FNV-1a (Fowler, Noll, Vo) over the bytes.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { byteColumn, indexColumn } from "../../proto/column_memory.ts";

/** Texts, each with the number of its first coming. */
export interface ByteDictionary {
  /** The texts by their number. */
  readonly texts: string[];
  /** Returns the number of what is there already, or -1. */
  find(bytes: Uint8Array, from: number, to: number): number;
  /** Returns the number of a text in ASCII, and adds it if it is new. */
  add(bytes: Uint8Array, from: number, to: number): number;
  /** As {@linkcode add}, for any text. */
  addText(text: string): number;
}

const encoder = new TextEncoder();

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Slots at the start, a power of two. */
const FEW_SLOTS = 32;
const FEW_BYTES = 256;

/** @param first The texts that it begins with. */
export function createByteDictionary(
  first: readonly string[] = [],
): ByteDictionary {
  const texts: string[] = [];
  /** By slot: the number of a text plus 1, or 0. */
  let slots = indexColumn(FEW_SLOTS);
  /** The bytes of all texts, one after the other; `ends` says where each ends. */
  let kept = byteColumn(FEW_BYTES);
  const ends: number[] = [];
  const hashes: number[] = [];

  /** The slot that holds these bytes, or the free one where they belong. */
  const slotOf = (
    hash: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): number => {
    const last = slots.length - 1;
    let slot = hash & last;
    for (;;) {
      const number = slots[slot]! - 1;
      if (number < 0) return slot;
      if (hashes[number] === hash && isEqual(number, bytes, from, to)) {
        return slot;
      }
      slot = (slot + 1) & last;
    }
  };
  const isEqual = (
    number: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): boolean => {
    const start = number === 0 ? 0 : ends[number - 1]!;
    if (ends[number]! - start !== to - from) return false;
    for (let at = from; at < to; at++) {
      if (kept[start + at - from] !== bytes[at]) return false;
    }
    return true;
  };
  const keep = (
    slot: number,
    hash: number,
    bytes: Uint8Array,
    text: string,
  ): number => {
    const start = ends.at(-1) ?? 0;
    if (start + bytes.length > kept.length) {
      const larger = byteColumn(2 * kept.length + bytes.length);
      larger.set(kept);
      kept = larger;
    }
    kept.set(bytes, start);
    ends.push(start + bytes.length);
    hashes.push(hash);
    slots[slot] = texts.push(text);
    if (2 * texts.length > slots.length) grow();
    return texts.length - 1;
  };
  const grow = () => {
    slots = indexColumn(2 * slots.length);
    const last = slots.length - 1;
    hashes.forEach((hash, number) => {
      let slot = hash & last;
      while (slots[slot] !== 0) slot = (slot + 1) & last;
      slots[slot] = number + 1;
    });
  };
  const addText = (text: string): number => {
    const bytes = encoder.encode(text);
    const hash = hashOf(bytes, 0, bytes.length);
    const slot = slotOf(hash, bytes, 0, bytes.length);
    const number = slots[slot]! - 1;
    return number >= 0 ? number : keep(slot, hash, bytes, text);
  };
  first.forEach(addText);

  return {
    texts,
    find(bytes, from, to) {
      return slots[slotOf(hashOf(bytes, from, to), bytes, from, to)]! - 1;
    },
    add(bytes, from, to) {
      const hash = hashOf(bytes, from, to);
      const slot = slotOf(hash, bytes, from, to);
      const number = slots[slot]! - 1;
      if (number >= 0) return number;
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from)
        .toString("latin1");
      return keep(slot, hash, bytes.subarray(from, to), text);
    },
    addText,
  };
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_OFFSET | 0;
  for (let at = from; at < to; at++) {
    hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
  }
  return hash;
}
