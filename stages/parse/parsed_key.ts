/**
 * Reads one field of the key from a parsed event.
 *
 * @module
 */

import { formatField, type KeyField } from "../schema/schema.ts";
import { type Scalar, valueAt } from "./fields.ts";
import { knownNumberSource } from "./number_source.ts";
import { areTexts, mayLack, plainChoices, plainJson } from "./plain_json.ts";

/** What a key was read as; one object for all lines. */
export interface ReadKey {
  /** Where it is one of a few: the number of its value. */
  index: number;
  /** Otherwise: its value as plain JSON. */
  json: string;
}

/**
 * Reads the field into `read`.
 *
 * @param line The text of the event.
 * @returns Why it is none.
 */
export type KeyReader = (
  event: Record<string, unknown>,
  line: string,
  read: ReadKey,
) => string | undefined;

/** Makes the reader of a field. */
export function createKeyReader(key: KeyField): KeyReader {
  const { path } = key;
  const field = formatField(path);
  const choices = plainChoices(key);
  const isClosed = choices.length > 0;
  const isText = areTexts(key);
  const canLack = mayLack(key);
  /** Texts by what they are, which spares JSON of them; the others as JSON. */
  const texts = new Map<unknown, number>();
  const others = new Map<string, number>();
  // Of two that are the same the first one counts.
  for (const [index, json] of [...choices.entries()].reverse()) {
    if (json.startsWith('"')) texts.set(JSON.parse(json), index);
    else others.set(json, index);
  }

  return (event, line, read) => {
    const value = valueAt(event, path) ?? undefined;
    if (isClosed && typeof value === "string") {
      const index = texts.get(value);
      if (index === undefined) return unknown(field, shortened(value));
      read.index = index;
      return undefined;
    }
    if (value === undefined && !canLack) {
      return isText && valueAt(event, path) === null
        ? `${field} is not a string`
        : `${field} is missing`;
    }
    if (isText) return `${field} is not a string`;
    if (typeof value === "object") {
      return `${field} is not text, a number or a boolean`;
    }
    if (typeof value === "number" && !Number.isFinite(value)) {
      return `${field} is not finite`;
    }
    const json = plainJson(
      (value ?? null) as Scalar | null,
      () => knownNumberSource(line, path),
    );
    if (!isClosed) {
      read.json = json;
      return undefined;
    }
    const index = others.get(json);
    if (index === undefined) return unknown(field, json);
    read.index = index;
    return undefined;
  };
}

function unknown(field: string, json: string): string {
  return `unknown ${field} ${json}`;
}

/** Longest piece of an input that goes into a reason. */
const MAX_QUOTED = 64;

/** The start of a text, as JSON. */
function shortened(text: string): string {
  if (text.length <= MAX_QUOTED) return JSON.stringify(text);
  // Leave out half of a character that takes two.
  const start = text.slice(0, MAX_QUOTED).replace(/[\ud800-\udbff]$/, "");
  return JSON.stringify(`${start}…`);
}
