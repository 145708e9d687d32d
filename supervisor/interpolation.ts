/**
 * Fills in `${NAME}` in the texts of a configuration.
 *
 * Known are `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$` for a
 * plain dollar sign. Nothing else is touched: `$HOME` stays as it is written.
 *
 * @module
 */

import type { Problem } from "./config_problems.ts";

const REFERENCE = /\$\$|\$\{([^}]*)(\}?)/g;
const INSIDE = /^([A-Za-z_]\w*)(?::([-?])(.*))?$/s;

/**
 * Returns a copy of `value` with every text in it filled in. Keys are kept.
 *
 * @param value What a YAML file holds.
 * @param variables The values by name.
 * @param problems Gets an entry for each reference that cannot be filled in.
 */
export function interpolate(
  value: unknown,
  variables: Readonly<Record<string, string | undefined>>,
  problems: Problem[],
  path: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === "string") {
    return fillIn(value, variables, (message) => {
      problems.push({ path, message });
    });
  }
  if (Array.isArray(value)) {
    return value.map((each, index) =>
      interpolate(each, variables, problems, [...path, index])
    );
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        interpolate(each, variables, problems, [...path, key]),
      ]),
    );
  }
  return value;
}

function fillIn(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
  report: (message: string) => void,
): string {
  return text.replaceAll(REFERENCE, (all, inside?: string, end?: string) => {
    if (inside === undefined) return "$";
    const [, name, kind, rest] = INSIDE.exec(inside) ?? [];
    if (name === undefined || !end) {
      report(
        `cannot read "${all}": write \${NAME}, \${NAME:-default} or \${NAME:?message}, and $$ for a plain $`,
      );
      return all;
    }
    const value = variables[name];
    if (kind === undefined && value !== undefined) return value;
    if (value) return value;
    if (kind === "-") return rest ?? "";
    report(
      kind === "?" && rest
        ? `variable "${name}" is not set: ${rest}`
        : `variable "${name}" is not set; write \${${name}:-default} where it need not be`,
    );
    return all;
  });
}
