/**
 * Memory for columns: many small ones stand in one block.
 *
 * A typed array of its own is asked of the system, cleared, and followed until
 * it is collected: a microsecond, which is more than a small batch takes to fill
 * it. A view of a block takes a twentieth of that. No part of a block is given
 * twice; it is collected once none of its columns is used, so they are for what
 * is soon dealt with.
 *
 * @module
 */

const BLOCK_BYTES = 65_536;
/** Columns of so many bytes have memory of their own. */
const LARGE_BYTES = BLOCK_BYTES / 4;
/** Where a double may begin. */
const ALIGNMENT = 8;

let block = new ArrayBuffer(0);
let used = 0;

/** Takes a part of the block. @returns Where it begins. */
function take(bytes: number): number {
  if (used + bytes > block.byteLength) {
    block = new ArrayBuffer(BLOCK_BYTES);
    used = 0;
  }
  const start = used;
  used = (start + bytes + ALIGNMENT - 1) & -ALIGNMENT;
  return start;
}

/** A column of zeros, of doubles. */
export function doubleColumn(rows: number): Float64Array<ArrayBuffer> {
  const bytes = rows * Float64Array.BYTES_PER_ELEMENT;
  if (bytes >= LARGE_BYTES) return new Float64Array(rows);
  const start = take(bytes); // may begin a block
  return new Float64Array(block, start, rows);
}

/** A column of zeros, of numbers up to 2^32. */
export function indexColumn(rows: number): Uint32Array<ArrayBuffer> {
  const bytes = rows * Uint32Array.BYTES_PER_ELEMENT;
  if (bytes >= LARGE_BYTES) return new Uint32Array(rows);
  const start = take(bytes); // may begin a block
  return new Uint32Array(block, start, rows);
}

/** A column of zeros, of numbers up to 255. */
export function byteColumn(rows: number): Uint8Array<ArrayBuffer> {
  if (rows >= LARGE_BYTES) return new Uint8Array(rows);
  const start = take(rows); // may begin a block
  return new Uint8Array(block, start, rows);
}
