/**
 * Compares what came with what is expected, part by part: numbers bit by bit,
 * bytes by bytes, and columns by what stands in them.
 *
 * @module
 */

import type {
  Column,
  EventBatch,
  Schema,
} from "../../proto/pipeline/batches.ts";
import { Violation } from "./check.ts";

/** Texts in messages are cut at so many characters. */
const MOST_CHARACTERS = 300;

/**
 * @param sent What the stage was sent, for the message.
 * @throws {Violation} At the first difference, with its place.
 */
export function equalParts(came: unknown, expected: unknown, sent: string) {
  const difference = differenceOf(came, expected, "");
  if (!difference) return;
  throw new Violation({
    sent,
    came: `${difference.place}: ${write(difference.came)}`,
    expected: `${difference.place}: ${write(difference.expected)}`,
  });
}

/** Where two values differ. */
interface Difference {
  place: string;
  came: unknown;
  expected: unknown;
}

function differenceOf(
  came: unknown,
  expected: unknown,
  place: string,
): Difference | undefined {
  // What is absent is absent, however it is written.
  if (came == null && expected == null) return undefined;
  const differs = { place: place || "the whole", came, expected };
  if (isList(came) && isList(expected)) {
    for (let at = 0; at < Math.max(came.length, expected.length); at++) {
      if (at >= came.length || at >= expected.length) {
        return {
          place: `${place}[${at}]`,
          came: at < came.length ? came[at] : "nothing",
          expected: at < expected.length ? expected[at] : "nothing",
        };
      }
      const found = differenceOf(came[at], expected[at], `${place}[${at}]`);
      if (found) return found;
    }
    return undefined;
  }
  if (isRecord(came) && isRecord(expected)) {
    for (
      const name of new Set([...Object.keys(came), ...Object.keys(expected)])
    ) {
      const inner = place === "" ? name : `${place}.${name}`;
      const found = differenceOf(came[name], expected[name], inner);
      if (found) return found;
    }
    return undefined;
  }
  return Object.is(came, expected) ? undefined : differs;
}

type List = ArrayLike<unknown>;

function isList(value: unknown): value is List {
  return Array.isArray(value) ||
    (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !isList(value);
}

function write(value: unknown): string {
  const text = value instanceof Uint8Array
    ? `${value.length} bytes ${JSON.stringify(new TextDecoder().decode(value))}`
    : Object.is(value, -0)
    ? "-0"
    : typeof value === "number"
    ? String(value)
    : JSON.stringify(value) ?? "nothing";
  return text.length > MOST_CHARACTERS
    ? `${text.slice(0, MOST_CHARACTERS)}…`
    : text;
}

/**
 * What a batch of events says: columns by their texts, since the order of a
 * dictionary is each stage's own.
 *
 * @throws {Violation} If a dictionary is none.
 */
export function meaningOf(
  { keys, columns, ...batch }: EventBatch,
  schema: Schema,
  sent: string,
) {
  return {
    ...batch,
    keys: keys.map((column, at) => {
      const { oneOf = [] } = schema.keys[at] ?? {};
      return oneOf.length > 0
        ? [...column.index].map((index) => oneOf[index] ?? `index ${index}`)
        : textsOf(column, sent);
    }),
    columns: columns.map((column) => textsOf(column, sent)),
  };
}

function textsOf({ dictionary, index }: Column, sent: string): string[] {
  const repeated = dictionary.find((text, at) =>
    dictionary.indexOf(text) !== at
  );
  if (dictionary[0] !== "null" || repeated !== undefined) {
    throw new Violation({
      sent,
      came: `a dictionary that begins with ${dictionary[0]}${
        repeated === undefined ? "" : ` and has ${repeated} twice`
      }`,
      expected: `a dictionary that begins with null and has each text once`,
    });
  }
  return [...index].map((at) => dictionary[at] ?? `index ${at}`);
}
