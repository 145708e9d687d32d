/**
 * Keeps many small pieces of bytes, which never change, close together.
 *
 * @module
 */

/** Pieces of bytes, numbered from 0. */
export interface Packed {
  readonly length: number;
  /** Copies a piece. */
  push(bytes: Uint8Array): void;
  /** The pieces from that number on. */
  from(first: number): Generator<Uint8Array>;
}

interface Block {
  /** The number of its first piece. */
  first: number;
  bytes: Uint8Array;
  used: number;
}

const BLOCK_BYTES = 262_144;
/** Before each piece stands its length. */
const LENGTH_BYTES = 4;

/** Starts with none. */
export function createPacked(): Packed {
  const blocks: Block[] = [];
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(bytes) {
      const size = LENGTH_BYTES + bytes.length;
      let block = blocks.at(-1);
      if (!block || block.used + size > block.bytes.length) {
        const room = new Uint8Array(Math.max(BLOCK_BYTES, size));
        block = { first: length, bytes: room, used: 0 };
        blocks.push(block);
      }
      viewOf(block).setUint32(block.used, bytes.length);
      block.bytes.set(bytes, block.used + LENGTH_BYTES);
      block.used += size;
      length++;
    },
    *from(first) {
      const start = blocks.findLastIndex((block) => block.first <= first);
      for (const block of blocks.slice(Math.max(0, start))) {
        const view = viewOf(block);
        let number = block.first;
        for (let at = 0; at < block.used; number++) {
          const begin = at + LENGTH_BYTES;
          at = begin + view.getUint32(at);
          if (number >= first) yield block.bytes.subarray(begin, at);
        }
      }
    },
  };
}

function viewOf({ bytes }: Block): DataView {
  return new DataView(bytes.buffer);
}
