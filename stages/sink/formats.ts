/**
 * The formats that results can be written in.
 *
 * Each of them takes records of any fields, flat or nested.
 *
 * @module
 */

import { extname } from "node:path";

/** What results can be written as. */
export const FORMATS = ["ndjson", "csv", "json", "table"] as const;

/** One of {@linkcode FORMATS}. */
export type Format = (typeof FORMATS)[number];

/** By the end of a file's name. */
const BY_ENDING: Record<string, Format> = {
  ".csv": "csv",
  ".json": "json",
  ".jsonl": "ndjson",
  ".ndjson": "ndjson",
};

/** The format that a file's name says; "ndjson" where it says none. */
export function formatOf(path: string): Format {
  return BY_ENDING[extname(path).toLowerCase()] ?? "ndjson";
}

/** What is known of records besides themselves. */
export interface RecordKind {
  /** The names of the fields that are the key. */
  keys: readonly string[];
  /** An object with every field that a record can have, in order. */
  fields: object;
  /**
   * The names of fields that are no key, yet tell records of the same key apart
   * where they are there. @default {none}
   */
  marks?: readonly string[];
  /** True for what the events are where nobody says. @default {false} */
  builtIn?: boolean;
}

/** How many lines are made at once. */
const LINES = 1_000;

/** Writes records, in parts of a size that does not depend on their number. */
export async function* formatRecords(
  format: Format,
  records: readonly object[],
  kind: RecordKind,
): AsyncGenerator<string> {
  switch (format) {
    case "ndjson":
      yield* inParts(
        records,
        (part) => part.map((record) => `${JSON.stringify(record)}\n`).join(""),
      );
      break;
    case "json":
      yield "[";
      yield* inParts(
        records,
        (part, at) =>
          part.map((record, row) =>
            `${at + row === 0 ? "" : ","}\n  ${JSON.stringify(record)}`
          ).join(""),
      );
      yield records.length === 0 ? "]\n" : "\n]\n";
      break;
    case "csv": {
      const [{ columnsOf, rowOf }, { csvLines }] = await Promise.all([
        import("./flat_records.ts"),
        import("./csv.ts"),
      ]);
      const columns = columnsOf(kind);
      yield csvLines([columns.map(({ name }) => name)]);
      yield* inParts(
        records,
        (part) => csvLines(part.map((record) => rowOf(record, columns))),
      );
      break;
    }
    case "table": {
      const { tableLines } = await import("./result_table.ts");
      yield* inParts(
        tableLines(records, kind),
        (part) => part.map((line) => `${line}\n`).join(""),
      );
      break;
    }
  }
}

function* inParts<T>(
  all: readonly T[],
  write: (part: readonly T[], at: number) => string,
): Generator<string> {
  for (let at = 0; at < all.length; at += LINES) {
    yield write(all.slice(at, at + LINES), at);
  }
}
