/**
 * A source of bytes that is decompressed where its first bytes say that it is
 * compressed; any other is passed on as it is.
 *
 * Memory does not depend on how much the data grows: the decoder is given the
 * next bytes once all that came of the last ones was read.
 *
 * @module
 */

import type { Transform } from "node:stream";
import { commandFor } from "../../runtime/program/command_name.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { ByteSource } from "./line_buffer.ts";
import { createFrameFinder } from "./zstd_frames.ts";

/** A source that may be compressed. Disposing of it lets go of the decoder. */
export interface Decompressed extends ByteSource, Disposable {
  /** Reads as much as it takes to know. */
  isCompressed(): Promise<boolean>;
  /** The program that does it by hand; undefined where nothing is to be done. */
  unpackedBy(): string | undefined;
  /** How much was read of the source itself, in bytes. */
  readonly sourceBytes: number;
}

/** A format, known by its first bytes. */
interface Compression {
  name: string;
  /** The program that decompresses a file to its standard output. */
  program: string;
  begins: readonly number[];
  createDecoder(): Promise<Transform>;
  /** Cuts pieces so that the decoder takes each whole. @default {as they are} */
  cut?(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** Bytes that a decoder is given at once, and that it gives. */
const PIECE_BYTES = 65_536;
const DECODED_BYTES = 262_144;

const ZSTD = {
  name: "zstd",
  program: "zstdcat",
  async createDecoder() {
    const { createZstdDecompress } = await import("node:zlib");
    return createZstdDecompress({ chunkSize: DECODED_BYTES });
  },
  cut: cutAtFrames,
};

const COMPRESSIONS: readonly Compression[] = [
  {
    name: "gzip",
    program: "zcat",
    begins: [0x1f, 0x8b, 0x08],
    async createDecoder() {
      const { createGunzip } = await import("node:zlib");
      return createGunzip({ chunkSize: DECODED_BYTES });
    },
  },
  { ...ZSTD, begins: [0x28, 0xb5, 0x2f, 0xfd] },
  // A frame without data, which may come first.
  ...Array.from({ length: 16 }, (_, at) => ({
    ...ZSTD,
    begins: [0x50 + at, 0x2a, 0x4d, 0x18],
  })),
];

/**
 * @param source Stands at its start.
 * @param name What it is called in messages.
 */
export function decompressed(source: ByteSource, name: string): Decompressed {
  let sourceBytes = 0;
  /** What has been read and not yet passed on. */
  let left = new Uint8Array();
  let compression: Compression | undefined;
  let decoding: Decoding | undefined;
  let starting: Promise<void> | undefined;

  const start = async () => {
    const bytes = new Uint8Array(PIECE_BYTES);
    let count: number | null = 0;
    while (count !== null && mayBegin(bytes.subarray(0, sourceBytes))) {
      count = await source.read(bytes.subarray(sourceBytes));
      sourceBytes += count ?? 0;
    }
    left = bytes.subarray(0, sourceBytes);
    compression = COMPRESSIONS.find(({ begins }) =>
      begins.every((byte, at) => left[at] === byte)
    );
    if (!compression) return;
    const first = left;
    left = new Uint8Array();
    const decoder = await compression.createDecoder();
    decoding = decode(decoder, compression, name, async function* () {
      yield first;
      for (;;) {
        const piece = new Uint8Array(PIECE_BYTES);
        const count = await source.read(piece);
        if (count === null) return;
        sourceBytes += count;
        yield piece.subarray(0, count);
      }
    });
  };
  return {
    get sourceBytes() {
      return sourceBytes;
    },
    async isCompressed() {
      await (starting ??= start());
      return decoding !== undefined;
    },
    unpackedBy: () => compression?.program,
    async read(buffer) {
      await (starting ??= start());
      if (decoding && left.length === 0) {
        const next = await decoding.next();
        if (!next) return null;
        left = next;
      }
      if (left.length === 0) {
        const count = await source.read(buffer);
        sourceBytes += count ?? 0;
        return count;
      }
      const part = left.subarray(0, buffer.length);
      buffer.set(part);
      left = left.subarray(part.length);
      return part.length;
    },
    [Symbol.dispose]: () => decoding?.end(),
  };
}

/** The format that first bytes are of; undefined for none that is known. */
export function compressionOf(bytes: Uint8Array): string | undefined {
  return COMPRESSIONS.find(({ begins }) =>
    begins.every((byte, at) => bytes[at] === byte)
  )?.name;
}

/** True where more bytes may make it the start of a compressed source. */
function mayBegin(start: Uint8Array): boolean {
  return COMPRESSIONS.some(({ begins }) =>
    start.length < begins.length &&
    start.every((byte, at) => byte === begins[at])
  );
}

/** A decoder at work. */
interface Decoding {
  /** The next bytes; undefined after the last. */
  next(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  end(): void;
}

function decode(
  decoder: Transform,
  { name: format, cut = (pieces) => pieces }: Compression,
  name: string,
  readPieces: () => AsyncIterable<Uint8Array>,
): Decoding {
  /** The piece that is being decoded: where it begins and ends. */
  let from = 0;
  let to = 0;
  const counted = async function* () {
    for await (const piece of readPieces()) {
      from = to;
      to += piece.length;
      yield piece;
    }
  };
  const feed = async () => {
    for await (const piece of cut(counted())) await written(decoder, piece);
    decoder.end();
  };
  // An error is told by the next reading; it may come before that.
  decoder.on("error", () => {});
  const decoded = decoder.iterator({ destroyOnReturn: true });
  feed().catch((error) => decoder.destroy(error));
  return {
    async next() {
      try {
        const { done, value } = await decoded.next();
        return done ? undefined : value;
      } catch (error) {
        if (error instanceof Fault) throw error;
        throw unreadable(error);
      }
    },
    end: () => decoder.destroy(),
  };

  function unreadable(error: unknown): Fault {
    const strange = STRANGE_FRAMES.find(({ says }) =>
      error instanceof Error && error.message.endsWith(says)
    );
    if (strange) {
      return new Fault(
        "failed_precondition",
        `Cannot read ${name}: it is ${strange.is}; read it by \`${strange.reader} FILE | ${
          commandFor("pipeline --input=-")
        }\``,
        { cause: error },
      );
    }
    const what = error instanceof CutOff || isCutOff(error)
      ? `its ${format} data ends in the middle, at byte ${to}`
      : `its ${format} data is damaged between byte ${from} and byte ${to}: ${
        error instanceof Error ? error.message : error
      }`;
    return new Fault(
      "failed_precondition",
      `Cannot read ${name}: ${what}; get it again, or take it as it is by --any-input`,
      { cause: error },
    );
  }
}

/** Gives a piece to the decoder, and waits until it is through with it. */
function written(decoder: Transform, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    decoder.write(piece, (error) => error ? reject(error) : resolve());
  });
}

/** What a decoder of zstd says of a frame that is whole, but not for it. */
const STRANGE_FRAMES = [
  {
    says: "Dictionary mismatch",
    is: "compressed with a dictionary",
    reader: "zstd -dc -D DICTIONARY",
  },
  {
    says: "Frame requires too much memory for decoding",
    is: "compressed with a larger window than is safe to take unasked",
    reader: "zstd -dc --long=31",
  },
];

/** Says that data ends amid a frame. */
class CutOff extends Error {}

function isCutOff(error: unknown): boolean {
  return (error as { code?: string }).code === "Z_BUF_ERROR";
}

/** @throws {CutOff} If the last frame is not whole. */
async function* cutAtFrames(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const frames = createFrameFinder();
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const end = frames.findEnd(piece, at);
      yield piece.subarray(at, end < 0 ? piece.length : end);
      at = end < 0 ? piece.length : end;
    }
  }
  if (frames.isInside) throw new CutOff();
}
