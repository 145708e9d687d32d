/**
 * Standard input that can be read again from any place that is not yet saved.
 *
 * A pipe gives its bytes once. The spool keeps them until they are committed,
 * so that a chain that breaks can be opened anew; it lives in ingest and dies
 * with it. It is bounded: when it is full, reading waits until something is
 * committed. Only where nothing can be, since a single line fills it, does it
 * let go of what it has.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";
import { createNotifier } from "../../runtime/program/notifier.ts";
import type { Input } from "./input.ts";
import { untilAborted } from "./until_aborted.ts";

/** Bytes read at once. */
const CHUNK_BYTES = 262_144;

/** A source of bytes that is read once and can be gone through again. */
export interface Spool {
  /**
   * Begins at an offset.
   *
   * @param signal Ends the reading.
   * @throws {Fault} `failed_precondition` if those bytes are gone.
   */
  open(offset: number, signal: AbortSignal): Input;
  /** Says that what is before `offset` has been sent. */
  sent(offset: number): void;
  /** Says that what is before `offset` is needed no more. */
  forget(offset: number): void;
  /** True when it is more than half full: something should be committed. */
  readonly pressed: boolean;
  /** How far the source has been read. */
  readonly readTo: number;
  /**
   * Says that little more will be read: it waits for room no more, which may
   * not come.
   */
  finish(): void;
}

/**
 * @param read Reads on from the source, as an open file does.
 * @param maxBytes The most it keeps.
 * @param name What the source is called in messages.
 */
export function createSpool(
  read: (buffer: Uint8Array) => Promise<number | null>,
  maxBytes: number,
  name = "standard input",
): Spool {
  const chunks: Uint8Array[] = [];
  /** Offsets of the first byte that is kept, and of the end. */
  let base = 0;
  let end = 0;
  let sentTo = 0;
  let committedTo = 0;
  let ended = false;
  let isFinishing = false;
  /** The reading that is under way; it outlives whoever has asked for it. */
  let filling: Promise<void> | undefined;
  const room = createNotifier();

  const fill = async () => {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const count = await read(chunk);
    filling = undefined;
    if (count === null) {
      ended = true;
      return;
    }
    chunks.push(chunk.slice(0, count));
    end += count;
  };
  const dropBefore = (offset: number) => {
    while (chunks[0] && base + chunks[0].length <= offset) {
      base += chunks.shift()!.length;
    }
    room.notify();
  };
  const copyFrom = (offset: number, buffer: Uint8Array): number => {
    let at = base;
    for (const chunk of chunks) {
      if (offset < at + chunk.length) {
        const part = chunk.subarray(offset - at);
        const count = Math.min(part.length, buffer.length);
        buffer.set(part.subarray(0, count));
        return count;
      }
      at += chunk.length;
    }
    return 0;
  };

  return {
    get pressed() {
      return end - base > maxBytes / 2;
    },
    sent(offset) {
      sentTo = Math.max(sentTo, offset);
    },
    get readTo() {
      return end;
    },
    finish() {
      isFinishing = true;
      room.notify();
    },
    forget(offset) {
      committedTo = Math.max(committedTo, offset);
      dropBefore(offset);
    },
    open(offset, signal) {
      if (offset < base) {
        throw new Fault(
          "failed_precondition",
          `Cannot read ${name} again from byte ${offset}: it is kept from byte ${base} on; put the input into a file`,
        );
      }
      let cursor = offset;
      // Whoever is still reading for a chain that has broken must end: it would
      // let go of what the next one has yet to read.
      const closed = new AbortController();
      const over = AbortSignal.any([signal, closed.signal]);
      return {
        size: 0,
        doneBytes: (offset) => offset,
        async read(buffer) {
          while (cursor === end) {
            if (ended) return null;
            if (end - base >= maxBytes && !isFinishing) {
              // All that was sent is committed, so no more will be.
              if (committedTo >= sentTo) dropBefore(end);
              else await untilAborted(room.next(), over);
              continue;
            }
            filling ??= fill();
            await untilAborted(filling, over);
          }
          const count = copyFrom(cursor, buffer);
          cursor += count;
          return count;
        },
        [Symbol.dispose]: () => closed.abort(),
      };
    },
  };
}
