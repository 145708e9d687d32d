/**
 * The parse stage in its simplest form: each line goes to JSON.parse.
 *
 * Slow, and what the stage is measured against: a batch must come out of it as
 * it comes out of the stage, which reads the usual lines in another way.
 *
 * @module
 */

import type {
  EventBatch,
  RawBatch,
  Reject,
} from "../../proto/pipeline/batches.ts";
import { cutLine } from "../../stages/events/lines.ts";
import type { ParseOptions } from "../../stages/parse/parse.ts";
import { createParsedLines } from "../../stages/parse/parsed_line.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LINE_FEED = 0x0a;
/** The bytes that a blank line may consist of. */
const WHITE_SPACE = [0x20, 0x09, LINE_FEED, 0x0b, 0x0c, 0x0d];

/** Builds the transform. */
export function createParseAlone(
  options: ParseOptions,
): (batch: RawBatch) => EventBatch {
  const addParsed = createParsedLines(options);

  return ({ begin, end, lines, linesOffset, oversized }) => {
    const most = end.event - begin.event;
    const rejects: Reject[] = [];
    const rows = {
      count: 0,
      type: new Uint16Array(most),
      value: new Float64Array(most),
      exact: [],
      work: [],
      columns: options.fields.map(() => ({
        dictionary: createDictionary(),
        index: new Uint32Array(most),
      })),
      fractionsCut: 0,
    };
    let line = begin.line;
    for (let start = 0; start < lines.length;) {
      line++;
      const lineFeed = lines.indexOf(LINE_FEED, start);
      const bytes = lines.slice(start, lineFeed < 0 ? undefined : lineFeed);
      if (!bytes.every((byte) => WHITE_SPACE.includes(byte))) {
        const text = decode(bytes);
        const reason = text === undefined
          ? "not valid UTF-8"
          : addParsed(rows, text, bytes, 0, bytes.length);
        if (reason !== undefined) {
          rejects.push({
            line,
            offset: linesOffset + start,
            stage: "parse",
            reason,
            ...cutLine(bytes),
          });
        }
      }
      start += bytes.length + 1;
    }
    return {
      begin,
      end,
      type: rows.type.slice(0, rows.count),
      value: rows.value.slice(0, rows.count),
      exact: rows.exact,
      columns: rows.columns.map(({ dictionary, index }) => ({
        dictionary: dictionary.texts,
        index: index.slice(0, rows.count),
      })),
      tags: [],
      work: rows.work,
      scoreRow: new Uint32Array(),
      score: new Float64Array(),
      filtered: 0,
      rejects: oversized ? [...rejects, oversized] : rejects,
      ...(rows.fractionsCut > 0 ? { fractionsCut: rows.fractionsCut } : {}),
    };
  };
}

/** The text; undefined where the bytes are not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined; // not UTF-8
    throw error;
  }
}

/** The texts of a column, by their first coming. */
function createDictionary() {
  const numbers = new Map([["null", 0]]);
  const texts = ["null"];
  return {
    texts,
    addText(text: string): number {
      const number = numbers.get(text) ?? texts.push(text) - 1;
      numbers.set(text, number);
      return number;
    },
  };
}
