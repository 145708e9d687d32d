/**
 * The windows that have groups, and which of them a time closes.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";

/** Windows by their starts, in ms since 1970, and the slots of their groups. */
export interface OpenWindows {
  /** The latest time of an event, in ms since 1970. */
  watermarkMs: number;
  add(startMs: number, slot: number): void;
  remove(startMs: number, slot: number): void;
  slotsOf(startMs: number): number[];
  /** Goes on to a later time. @returns The slots of the windows that it closes. */
  advance(timeMs: number): number[];
  /** The windows that were closed since the last call, the earliest first. */
  takeClosed(): readonly number[];
  /** Notes the time. */
  mark(): void;
  /** Opens again what was closed since the mark, at the time that it was then. */
  undo(): void;
  /** Makes room for slots below `slots`. */
  grow(slots: number): void;
}

/** A window: the first of its slots; each has the next one. */
interface Window {
  firstSlot: number;
}

const NONE_CLOSED: readonly number[] = [];

/** @param windows None are ever open where there are none. */
export function createOpenWindows(windows: Schema["windows"]): OpenWindows {
  const closesAfterMs = windows
    ? windows.sizeMs + (windows.allowedLatenessMs ?? Infinity)
    : Infinity;
  const canClose = closesAfterMs < Infinity;
  const known = new Map<number, Window>();
  /** The starts, ascending, the first of which are closed; if any can close. */
  const starts: number[] = [];
  let closed = 0;
  let watermarkMs = -Infinity;
  let markedMs = watermarkMs;
  let next = new Uint32Array();
  let previous = new Uint32Array();

  const placeOf = (startMs: number) => {
    let low = closed;
    let high = starts.length;
    // Most are the latest.
    if (high > low && starts[high - 1]! < startMs) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! < startMs) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const slotsOf = (startMs: number) => {
    const slots: number[] = [];
    const first = known.get(startMs)?.firstSlot ?? 0;
    for (let slot = first; slot !== 0; slot = next[slot]!) slots.push(slot);
    return slots;
  };

  return {
    get watermarkMs() {
      return watermarkMs;
    },
    set watermarkMs(timeMs) {
      watermarkMs = timeMs;
    },
    add(startMs, slot) {
      const window = known.get(startMs);
      next[slot] = window?.firstSlot ?? 0;
      previous[slot] = 0;
      if (window) {
        previous[window.firstSlot] = slot;
        window.firstSlot = slot;
        return;
      }
      known.set(startMs, { firstSlot: slot });
      if (canClose) starts.splice(placeOf(startMs), 0, startMs);
    },
    remove(startMs, slot) {
      const window = known.get(startMs)!;
      const after = next[slot]!;
      if (after !== 0) previous[after] = previous[slot]!;
      if (window.firstSlot !== slot) next[previous[slot]!] = after;
      else if (after !== 0) window.firstSlot = after;
      else {
        known.delete(startMs);
        const place = starts.indexOf(startMs);
        if (place < 0) return;
        starts.splice(place, 1);
        if (place < closed) closed--;
      }
    },
    slotsOf,
    advance(timeMs) {
      watermarkMs = timeMs;
      const slots: number[] = [];
      while (
        closed < starts.length && starts[closed]! + closesAfterMs <= timeMs
      ) for (const slot of slotsOf(starts[closed++]!)) slots.push(slot);
      return slots;
    },
    takeClosed() {
      if (closed === 0) return NONE_CLOSED;
      const taken = starts.splice(0, closed);
      closed = 0;
      return taken;
    },
    mark() {
      markedMs = watermarkMs;
    },
    undo() {
      watermarkMs = markedMs;
      closed = 0;
    },
    grow(slots) {
      next = grown(next, slots);
      previous = grown(previous, slots);
    },
  };
}

function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}
