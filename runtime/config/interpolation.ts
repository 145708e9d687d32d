/**
 * Fills in `${NAME}` in the texts of a configuration.
 *
 * It knows `${NAME}`, `${NAME:-default}`, `${NAME:?message}`,
 * `${service.address}` with a dot, where there are services, and `$$` for a plain dollar
 * sign. It touches nothing else: `$HOME` stays as it is written.
 *
 * @module
 */

import type { Checked, Problem } from "./problems.ts";

/** What something stands for, or why it stands for nothing. */
export type Meaning<T> = { value: T } | { problem: string };

/** Returns the text for `${name.field}` at a place. */
export type Refer = (
  name: string,
  field: string,
  path: readonly PropertyKey[],
) => Meaning<string>;

const REFERENCE = /\$\$|\$\{([^}]*)(\}?)/g;
const INSIDE = /^([A-Za-z_]\w*)(?::([-?])(.*))?$/s;
const DOTTED = /^([A-Za-z][\w-]*)\.(\w+)$/;

/**
 * Returns a copy of `value` with every text in it filled in. Keys are kept.
 *
 * @param value What a YAML file holds.
 * @param variables The values by name.
 * @param refer Knows the services; without it `${service.address}` is a problem.
 * @returns The copy, and a problem for each reference that cannot be filled in.
 */
export function interpolate(
  value: unknown,
  variables: Readonly<Record<string, string | undefined>>,
  refer?: Refer,
): Checked<unknown> {
  const problems: Problem[] = [];
  const filled = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof value === "string") {
      return fillIn(
        value,
        variables,
        refer && ((name, field) => refer(name, field, path)),
        (message) => problems.push({ path, message }),
      );
    }
    if (Array.isArray(value)) {
      return value.map((each, index) => filled(each, [...path, index]));
    }
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value)
          .map(([key, each]) => [key, filled(each, [...path, key])]),
      );
    }
    return value;
  };
  return { value: filled(value, []), problems };
}

function fillIn(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
  refer: ((name: string, field: string) => Meaning<string>) | undefined,
  report: (message: string) => void,
): string {
  return text.replaceAll(REFERENCE, (all, inside?: string, end?: string) => {
    if (inside === undefined) return "$";
    const [, service, field] = DOTTED.exec(inside) ?? [];
    if (refer && end && service !== undefined && field !== undefined) {
      const meaning = refer(service, field);
      if ("value" in meaning) return meaning.value;
      report(`cannot fill in ${all}: ${meaning.problem}`);
      return all;
    }
    const [, name, kind, rest] = INSIDE.exec(inside) ?? [];
    if (name === undefined || !end) {
      report(
        `cannot read "${all}": write \${NAME}, \${NAME:-default} or \${NAME:?message}, and $$ for a plain $`,
      );
      return all;
    }
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (kind === undefined && value !== undefined) return value;
    if (value) return value;
    if (kind === "-") return rest ?? "";
    const named = refer?.(name, "address");
    report(
      kind === "?" && rest
        ? `variable "${name}" is not set: ${rest}`
        : named && "value" in named
        ? `variable "${name}" is not set; write \${${name}.address} for where the service listens`
        : `variable "${name}" is not set; write \${${name}:-default} where it need not be`,
    );
    return all;
  });
}
