/**
 * Knows an input that is no text in UTF-8 by its first bytes: compressed, or in
 * another encoding. Read as lines it would give rejects only.
 *
 * @module
 */

/** What the first bytes of a file say. */
interface Format {
  /** Its name, as in "it looks like gzip". */
  name: string;
  begins: number[];
  /** A program that turns it into lines of UTF-8, given a file's name. */
  reader: string;
}

/** No JSON begins like these, nor any text that a person would write. */
const FORMATS: Format[] = [
  { name: "gzip", begins: [0x1f, 0x8b, 0x08], reader: "zcat" },
  { name: "zstd", begins: [0x28, 0xb5, 0x2f, 0xfd], reader: "zstdcat" },
  { name: "xz", begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], reader: "xzcat" },
  { name: "lz4", begins: [0x04, 0x22, 0x4d, 0x18], reader: "lz4cat" },
  { name: "a zip archive", begins: [0x50, 0x4b, 3, 4], reader: "unzip -p" },
  { name: "UTF-32LE", begins: [0xff, 0xfe, 0, 0], reader: iconv("UTF-32") },
  { name: "UTF-32BE", begins: [0, 0, 0xfe, 0xff], reader: iconv("UTF-32") },
  { name: "UTF-16LE", begins: [0xff, 0xfe], reader: iconv("UTF-16") },
  { name: "UTF-16BE", begins: [0xfe, 0xff], reader: iconv("UTF-16") },
  // Without a mark: an object's first two letters.
  { name: "UTF-16LE", begins: [0x7b, 0, 0x22, 0], reader: iconv("UTF-16LE") },
  { name: "UTF-16BE", begins: [0, 0x7b, 0, 0x22], reader: iconv("UTF-16BE") },
  { name: "UTF-32LE", begins: [0x7b, 0, 0, 0], reader: iconv("UTF-32LE") },
  { name: "UTF-32BE", begins: [0, 0, 0, 0x7b], reader: iconv("UTF-32BE") },
  // "BZh", the level, and the magic number of a block.
  ...Array.from({ length: 9 }, (_, at) => ({
    name: "bzip2",
    begins: [0x42, 0x5a, 0x68, 0x31 + at, 0x31, 0x41, 0x59],
    reader: "bzcat",
  })),
];

function iconv(encoding: string): string {
  return `iconv -f ${encoding} -t UTF-8`;
}

/**
 * Says what an input looks like, and what to do.
 *
 * @param start Its first bytes; with very few of them nothing can be known.
 * @returns The end of a sentence; undefined where it may be lines of UTF-8.
 */
export function describeForeign(start: Uint8Array): string | undefined {
  const format = FORMATS.find(({ begins }) =>
    begins.every((byte, at) => start[at] === byte)
  );
  return format &&
    `it looks like ${format.name}, and lines of UTF-8 are wanted; read it by \`${format.reader} FILE | deno task pipeline --input=-\`, or take it line by line as it is by --any-input`;
}
