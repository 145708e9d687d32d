/**
 * Results as a table: a row for each group, the columns as the result file
 * names them.
 *
 * @module
 */

import type { Figures } from "../../proto/types/pipeline/v1/Figures.ts";
import type { Result } from "../../proto/types/pipeline/v1/Result.ts";
import type { Schema } from "../../proto/types/pipeline/v1/Schema.ts";
import type { RunResults } from "../wire.ts";
import { numberOf } from "./numbers.ts";

/** What a cell holds. */
type Cell = string | number | null;

/** How many columns a table has at most. */
const MOST_COLUMNS = 40;
/** The longest text of a cell, in characters. */
const LONGEST_TEXT = 300;

/** What stands in the key of those that were too many groups. */
const OTHER = "other";

/** The figures that the built-in events have. */
const BUILT_IN = ["sum", "avg", "min", "max"];

/** Turns results into columns and rows. */
export function resultRows(
  schema: Schema | null | undefined,
  results: readonly Result[],
): Pick<RunResults, "columns" | "rows"> {
  const { keys = [], values = [], windows, builtIn } = schema ?? {};
  const columns: string[] = [];
  const readers: ((result: Result) => Cell)[] = [];
  const add = (name: string, read: (result: Result) => Cell) => {
    if (columns.length >= MOST_COLUMNS) return;
    columns.push(cut(name));
    readers.push(read);
  };
  if (windows) {
    add("window_start", ({ windowMs }) => timeText(numberOf(windowMs)));
    add(
      "window_end",
      ({ windowMs }) => timeText(numberOf(windowMs) + numberOf(windows.sizeMs)),
    );
  }
  const keyNames = builtIn ? ["key"] : keys.map(({ name = "" }) => name);
  for (const [at, name] of keyNames.entries()) {
    add(name, ({ key = [] }) => key.length === 0 ? OTHER : keyText(key[at]));
  }
  add("count", ({ count }) => numberOf(count));
  if (builtIn) {
    for (const figure of BUILT_IN) {
      add(figure, ({ values }) => figureOf(values?.[0], figure));
    }
  } else {
    for (const [at, { name = "", of = [] }] of values.entries()) {
      const isPercentile = (figure: string) => /^p\d/.test(figure);
      for (const figure of of) {
        const nth = of.filter(isPercentile).indexOf(figure);
        add(
          `${name}.${figure}`,
          ({ values }) =>
            isPercentile(figure)
              ? valueOf(values?.[at]?.percentiles?.[nth])
              : figureOf(values?.[at], figure),
        );
      }
    }
  }
  for (const [tag, value] of tagsOf(results)) {
    add(`tags.${tag}.${value}`, ({ tags = [] }) => {
      const found = tags.find((each) =>
        each.tag === tag && each.value === value
      );
      return numberOf(found?.count);
    });
  }
  return {
    columns,
    rows: results.map((result) => readers.map((read) => read(result))),
  };
}

/** Each value of a tag that one of them has. */
function tagsOf(results: readonly Result[]): [tag: string, value: string][] {
  const found = new Map<string, [string, string]>();
  for (const { tags = [] } of results) {
    for (const { tag = "", value = "" } of tags) {
      found.set(JSON.stringify([tag, value]), [tag, value]);
    }
  }
  return [...found.keys()].sort().map((key) => found.get(key)!);
}

function figureOf(figures: Figures | undefined, figure: string): Cell {
  const isThere = numberOf(figures?.count) > 0;
  switch (figure) {
    case "count":
      return numberOf(figures?.count);
    case "sum":
      return isThere ? valueOf(figures?.sum) : 0;
    case "avg":
      return figures?.avg === undefined ? null : numberOf(figures.avg);
    case "min":
    case "max":
      return isThere ? valueOf(figures?.[figure]) : null;
    default:
      return null;
  }
}

/** A number, or as text what no double holds exactly. */
function valueOf(text: string | undefined): Cell {
  if (text === undefined || text === "") return null;
  const number = Number(text);
  const isExact = /^-?\d+$/.test(text)
    ? Number.isSafeInteger(number)
    : Number.isFinite(number);
  return isExact ? number : cut(text);
}

/** A field of the key, which is JSON, as a person writes it. */
function keyText(json: string | undefined): Cell {
  if (json === undefined || json === "null") return null;
  if (!json.startsWith('"')) return valueOf(json) ?? cut(json);
  try {
    return cut(String(JSON.parse(json)));
  } catch (error) {
    // A stage of another make may send what is none.
    if (error instanceof SyntaxError) return cut(json);
    throw error;
  }
}

/** ISO 8601 in UTC, with milliseconds only where there are some. */
function timeText(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return date.toISOString().replace(".000Z", "Z");
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT
    ? `${text.slice(0, LONGEST_TEXT - 1)}…`
    : text;
}
