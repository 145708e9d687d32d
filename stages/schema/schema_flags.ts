/**
 * The usual schema in three flags: `--time=time --key=route,status
 * --value=ms:p95+avg,bytes:sum`.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { suggestion } from "../../runtime/program/suggest.ts";
import {
  DEFAULT_MAX_GROUPS,
  type Figure,
  FIGURES,
  isFigure,
  keyField,
  pathOf,
  TIME_FORMATS,
  type TimeFormat,
  type ValueField,
} from "./schema.ts";
import { schemaProblems } from "./schema_problems.ts";

/** What the flags say; a flag that is not given is undefined. */
export interface SchemaFlags {
  /** `FIELD` or `FIELD:FORMAT`. */
  time?: string | undefined;
  /** Fields, with commas between them. */
  key?: string | undefined;
  /** `FIELD:FIGURE+FIGURE`, with commas between fields. */
  value?: string | undefined;
}

/**
 * Makes the schema that the flags stand for. Fractions are kept; what each event
 * must have is what the flags name as time.
 *
 * @throws {UsageError} If a flag cannot be read, or they contradict each other.
 */
export function schemaOfFlags({ time, key, value }: SchemaFlags): Schema {
  const schema: Schema = {
    time: time === undefined ? null : readTime(time),
    keys: key === undefined
      ? []
      : partsOf("key", key).map((each) => keyField(readField("key", each))),
    values: value === undefined ? [] : partsOf("value", value).map(readValue),
    required: [],
    maxGroups: DEFAULT_MAX_GROUPS,
    other: false,
    builtIn: false,
    windows: null,
  };
  const [problem] = schemaProblems(schema);
  if (problem !== undefined) {
    throw new UsageError(
      `Cannot use these events: ${problem}; --schema=FILE can name each field`,
    );
  }
  return schema;
}

function readTime(text: string): NonNullable<Schema["time"]> {
  const [field = "", format, ...rest] = text.split(":");
  if (format === undefined) {
    return {
      path: readField("time", field),
      format: "rfc3339",
      required: true,
    };
  }
  const known = TIME_FORMATS.find((each) => each === format);
  if (known === undefined || rest.length > 0) {
    throw cannotRead(
      "time",
      text,
      `"${format}" is no format of a time${
        suggestion(format, TIME_FORMATS, `; these are: ${listed(TIME_FORMATS)}`)
      }`,
    );
  }
  return {
    path: readField("time", field),
    format: known satisfies TimeFormat,
    required: true,
  };
}

function readValue(text: string): ValueField {
  const [field = "", figures, ...rest] = text.split(":");
  if (!figures || rest.length > 0) {
    throw cannotRead(
      "value",
      text,
      "expected a field and its figures, such as ms:p95+avg",
    );
  }
  const path = readField("value", field);
  const of = figures.split("+").map((figure): Figure => {
    if (isFigure(figure)) return figure;
    throw cannotRead(
      "value",
      text,
      `"${figure}" is no figure${
        suggestion(
          figure,
          FIGURES,
          `; these are: ${listed(FIGURES)}, and percentiles such as p95`,
        )
      }`,
    );
  });
  return {
    name: path.at(-1)!,
    path,
    as: "number",
    of: [...new Set(of)],
    required: false,
  };
}

function partsOf(flag: string, text: string): string[] {
  const parts = text.split(",");
  if (parts.every((part) => part !== "")) return parts;
  throw cannotRead(flag, text, "expected fields with commas between them");
}

function readField(flag: string, text: string): string[] {
  const path = pathOf(text);
  if (path.every((name) => name !== "")) return path;
  throw cannotRead(
    flag,
    text,
    "expected a field, such as status or request.host",
  );
}

function cannotRead(flag: string, text: string, why: string): UsageError {
  return new UsageError(`Cannot read --${flag}=${text}: ${why}`);
}

function listed(words: readonly string[]): string {
  return words.join(", ");
}
