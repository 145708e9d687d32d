/**
 * Knows an input that is no lines of JSON by its first bytes: compressed, in
 * another encoding, or text of another format. Read as lines it would give
 * rejects only.
 *
 * @module
 */

import { commandFor } from "../../runtime/program/command_name.ts";
import { findForeignText } from "./foreign_text.ts";

/** What an input looks like. */
export interface Foreign {
  /** Its name, as in "it looks like gzip". */
  name: string;
  /** A command that makes lines of it, once a file's name is put after it. */
  reader: string;
}

/** What the first bytes of a file say. */
interface Format extends Foreign {
  begins: number[];
}

/** No JSON begins like these, nor any text that a person would write. */
const FORMATS: Format[] = [
  { name: "gzip", begins: [0x1f, 0x8b, 0x08], reader: "zcat" },
  { name: "zstd", begins: [0x28, 0xb5, 0x2f, 0xfd], reader: "zstdcat" },
  { name: "xz", begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], reader: "xzcat" },
  { name: "lz4", begins: [0x04, 0x22, 0x4d, 0x18], reader: "lz4cat" },
  { name: "a zip archive", begins: [0x50, 0x4b, 3, 4], reader: "unzip -p" },
  { name: "Parquet", begins: [0x50, 0x41, 0x52, 0x31], reader: ofParquet() },
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

function ofParquet(): string {
  return `python3 -c 'import sys,pandas; pandas.read_parquet(sys.argv[1]).to_json(sys.stdout,orient="records",lines=True,date_format="iso")'`;
}

/**
 * Says what an input looks like, and what to do.
 *
 * @param start Its first bytes; with very few of them nothing can be known.
 * @param unpackedBy The program that has to unpack it first. @default {none}
 * @returns The end of a sentence; undefined where it may be lines of JSON.
 */
export function describeForeign(
  start: Uint8Array,
  unpackedBy?: string,
): string | undefined {
  const foreign =
    FORMATS.find(({ begins }) =>
      begins.every((byte, at) => start[at] === byte)
    ) ?? findForeignText(start);
  if (!foreign) return undefined;
  // Not every reader takes a pipe.
  const command = unpackedBy
    ? `${unpackedBy} FILE >PLAIN && ${foreign.reader} PLAIN`
    : `${foreign.reader} FILE`;
  const where = unpackedBy ? " once it is unpacked" : "";
  return `it looks like ${foreign.name}${where}, and lines of JSON are wanted; read it by \`${command} | ${
    commandFor("pipeline --input=-")
  }\`, or take it line by line as it is by --any-input`;
}
