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
  const { schema: { keys, values, windows }, fields } = options;

  return ({ begin, end, lines, linesOffset, oversized }) => {
    const most = end.event - begin.event;
    const rejects: Reject[] = [];
    const column = () => ({
      dictionary: createDictionary(),
      index: new Uint32Array(most),
    });
    const rows = {
      count: 0,
      keys: keys.map(column),
      values: values.map(() => ({ value: new Float64Array(most), exact: [] })),
      work: [],
      columns: fields.map(column),
      timeMs: windows ? new Float64Array(most) : undefined,
      places: undefined,
      fractionsCut: 0,
    };
    const places = {
      line: new Uint32Array(most),
      lineOffset: new Uint32Array(most),
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
        if (reason === undefined) {
          places.line[rows.count - 1] = line - begin.line;
          places.lineOffset[rows.count - 1] = linesOffset + start -
            begin.offset;
        } else {
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
    const { count, work, timeMs, fractionsCut } = rows;
    const finish = ({ dictionary, index }: ReturnType<typeof column>) => ({
      dictionary: dictionary.texts,
      index: index.slice(0, count),
    });
    return {
      begin,
      end,
      rows: count,
      keys: rows.keys.map((key, at) => ({
        ...finish(key),
        ...(keys[at]!.oneOf.length > 0 ? { dictionary: [] } : {}),
      })),
      values: rows.values.map(({ value, exact }) => ({
        value: value.slice(0, count),
        exact,
      })),
      columns: rows.columns.map(finish),
      tags: [],
      work,
      scoreRow: new Uint32Array(),
      score: new Float64Array(),
      filtered: 0,
      rejects: oversized ? [...rejects, oversized] : rejects,
      ...(timeMs ? { timeMs: timeMs.slice(0, count) } : {}),
      ...(windows?.allowedLatenessMs === undefined ? {} : {
        line: places.line.slice(0, count),
        lineOffset: places.lineOffset.slice(0, count),
      }),
      ...(fractionsCut > 0 ? { fractionsCut } : {}),
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
