/**
 * What is wrong with a schema as a whole, though each part of it is right.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { formatField, type Path } from "./schema.ts";

/** What the results call something of their own. */
const RESERVED = [
  "count",
  "tags",
  "other",
  "window_start",
  "window_end",
  "final",
];

/** Returns what is wrong, a line each. */
export function schemaProblems(
  { keys, values, required, time }: Schema,
): string[] {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const claim = (name: string, place: string) => {
    const other = seen.get(name);
    if (RESERVED.includes(name)) {
      problems.push(
        `${place}: the results have a "${name}" of their own; give it another name`,
      );
    } else if (other !== undefined) {
      problems.push(
        `${place}: "${name}" is there already, as ${other}; give one another name`,
      );
    }
    seen.set(name, place);
  };
  keys.forEach(({ name }, at) => claim(name, `key[${at}]`));
  values.forEach(({ name }) => claim(name, `values.${name}`));
  if (keys.length === 0 && values.length === 0 && !time) {
    problems.push(
      "expected a key, values, or a time to count by windows: nothing of an event is named",
    );
  }
  problems.push(...nestedProblems([
    ...(time ? [time.path] : []),
    ...keys.map(({ path }) => path),
    ...values.map(({ path }) => path),
    ...required.map(({ path }) => path),
  ]));
  return problems;
}

/** A field of a field is there only where that is an object, and no value. */
function nestedProblems(paths: readonly Path[]): string[] {
  const problems = paths.flatMap((outer) =>
    paths.filter((inner) =>
      inner.length > outer.length &&
      outer.every((name, at) => inner[at] === name)
    ).map((inner) =>
      `"${formatField(inner)}" lies within "${
        formatField(outer)
      }", which cannot be a value too`
    )
  );
  return [...new Set(problems)];
}
