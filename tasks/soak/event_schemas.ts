/**
 * Makes schemas of every shape for the lines of event_lines.ts, from random
 * numbers.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import type { ParseOptions } from "../../stages/parse/parse.ts";
import {
  keyField,
  REQUIRED_KINDS,
  TIME_FORMATS,
  VALUE_KINDS,
} from "../../stages/schema/schema.ts";

/** What the lines have; the first ones hold what their names say. */
const PATHS = [
  ...[["user"], ["type"], ["value"], ["metadata", "a"], ["metadata", "b"]],
  ...[["metadata", "region"], ["metadata", "a", "b"], ["ts"], ["a"], ["b"]],
  ...[["metadata"], ["__proto__"], [""], ["ä"], ["metadata", '"'], ["\u007f"]],
  ...[["metadata", "0"], ["metadata", "length"], ["metadata", "__proto__"]],
];
/** Values of a field that has few, as JSON. */
const FEW = [
  ...['"click"', '"work"', '"a b"', '"käse"', '"u1"', '"say \\"hi\\""', '""'],
  ...["0", "7", "42", "1.5", "1e+300", "9007199254740992", "true", "false"],
  ...['"2026-01-31T12:00:00Z"', "null", "-5", "10"],
];
const WINDOWS = [
  null,
  { sizeMs: 60_000, offsetMs: 0 },
  { sizeMs: 60_000, offsetMs: 5_000, allowedLatenessMs: 0 },
];

/** Makes a schema, and fields that the rules read. */
export function randomFields(random: () => number): ParseOptions {
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)]!;
  const times = <Item>(most: number, make: () => Item): Item[] =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, make);
  /** At odd places are often values that make a line a reject. */
  const oddness = pick([0, 0.02, 0.02, 0.3]);
  const isOdd = () => random() < oddness;
  const path = () => [...pick(isOdd() ? PATHS : PATHS.slice(0, 3))];
  const number = () => isOdd() ? path() : ["value"];
  const time = pick([
    null,
    { path: ["ts"], format: "rfc3339", required: random() < 0.5 },
    {
      path: number(),
      format: pick(TIME_FORMATS.slice(1)),
      required: random() < 0.5,
    },
  ]);
  const schema: Schema = {
    time,
    keys: times(3, () => ({
      ...keyField(path(), "key"),
      oneOf: isOdd() ? fewOf(random, pick(FEW_SETS)) : pick(MOST_SETS),
      required: random() < 0.2,
    })),
    values: times(3, () => ({
      name: "value",
      path: number(),
      as: pick(VALUE_KINDS),
      of: ["sum"],
      required: random() < 0.2,
    })),
    required: times(
      2,
      () =>
        isOdd()
          ? { path: path(), as: pick(REQUIRED_KINDS) }
          : pick([{ path: ["user"], as: "text" }, { path: path(), as: "" }]),
    ),
    maxGroups: 1,
    other: false,
    builtIn: false,
    windows: time ? pick(WINDOWS) : null,
  };
  const fields = times(4, () => ({ path: [...pick(PATHS)], isTime: false }));
  if (time && random() < 0.3) fields.push({ path: time.path, isTime: true });
  return { schema, fields };
}

/** Texts only, and everything. */
const FEW_SETS = [FEW.filter((json) => json.startsWith('"')), FEW];

/** Open, and what most of the lines have. */
const MOST_SETS = [
  [],
  [],
  [
    ...FEW,
    ...Array.from({ length: 50 }, (_, number) => `"u${number}"`),
    ...Array.from({ length: 1_000 }, (_, number) => String(number))
      .filter((json) => !FEW.includes(json)),
  ],
];

/** Most of them, in another order. */
function fewOf(random: () => number, values: readonly string[]): string[] {
  const some = values.filter(() => random() < 0.9);
  return random() < 0.5 ? some : some.reverse();
}
