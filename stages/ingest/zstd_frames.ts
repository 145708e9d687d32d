/**
 * Finds where the frames of zstd data end, by the lengths in their headers
 * (RFC 8878, section 3.1). The decoder needs each frame by itself: it ignores
 * what follows a frame in the same piece, and does not tell a frame that is cut
 * from one that is whole.
 *
 * @module
 */

/** Goes through frames, one after the other. */
export interface FrameFinder {
  /**
   * Goes on through `bytes` from `from`, up to the end of the frame.
   *
   * @returns The index after the frame's last byte; -1 where it goes on.
   * @throws {RangeError} If these are no frames.
   */
  findEnd(bytes: Uint8Array, from: number): number;
  /** True amid a frame. */
  readonly isInside: boolean;
}

const FRAME = 0xfd2fb528;
/** The first of 16 numbers of frames that hold no data. */
const SKIPPABLE = 0x184d2a50;
const NUMBER_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
/** The types of a block: a byte that repeats, and one that no encoder writes. */
const REPEATED_BYTE = 1;
const RESERVED = 3;

/** What the bytes of a header say comes next. */
type Part = "number" | "descriptor" | "skippable" | "block";

/** Bytes of each header. */
const HEADER_BYTES: Record<Part, number> = {
  number: NUMBER_BYTES,
  descriptor: 1,
  skippable: NUMBER_BYTES,
  block: BLOCK_HEADER_BYTES,
};

/** Stands before the first frame. */
export function createFrameFinder(): FrameFinder {
  let part: Part = "number";
  /** The header as a number, little-endian, and how much of it there is. */
  let header = 0;
  let length = 0;
  /** What is passed over before the next header. */
  let skip = 0;
  let isLast = false;
  let hasChecksum = false;

  const readHeader = () => {
    switch (part) {
      case "number":
        part = partAfter(header);
        break;
      case "skippable":
        skip = header;
        isLast = true;
        break;
      case "descriptor":
        skip = headerBytesAfter(header);
        hasChecksum = (header & 4) !== 0;
        part = "block";
        break;
      case "block":
        isLast = (header & 1) !== 0;
        skip = blockBytes(header) +
          (isLast && hasChecksum ? CHECKSUM_BYTES : 0);
        break;
    }
  };
  return {
    get isInside() {
      return part !== "number" || length > 0;
    },
    findEnd(bytes, from) {
      for (let at = from; at < bytes.length;) {
        if (skip > 0) {
          const passed = Math.min(skip, bytes.length - at);
          skip -= passed;
          at += passed;
        } else {
          header += bytes[at++]! * 2 ** (8 * length++);
          if (length < HEADER_BYTES[part]) continue;
          readHeader();
          header = length = 0;
        }
        if (!isLast || skip > 0) continue;
        isLast = hasChecksum = false;
        part = "number";
        return at;
      }
      return -1;
    },
  };
}

function partAfter(number: number): Part {
  if (number === FRAME) return "descriptor";
  if (number >= SKIPPABLE && number < SKIPPABLE + 16) return "skippable";
  throw new RangeError("no frame begins there");
}

/** How long the rest of a frame's header is, in bytes. */
function headerBytesAfter(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = (descriptor >> 6) as 0 | 1 | 2 | 3;
  const contentSize = sizeFlag === 0 && isSingle
    ? 1
    : CONTENT_SIZE_BYTES[sizeFlag];
  return (isSingle ? 0 : 1) + contentSize +
    DICTIONARY_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
}

function blockBytes(header: number): number {
  const type = (header >> 1) & 3;
  if (type === RESERVED) throw new RangeError("a block is of no known type");
  return type === REPEATED_BYTE ? 1 : header >> 3;
}
