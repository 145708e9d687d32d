/**
 * The variables of a compose file's services. What may be a secret is taken from
 * the environment of whoever starts them, as what comes from there anyway.
 *
 * @module
 */

import { RUN_VARIABLES } from "../../../runtime/program/run_variables.ts";
import type { Container } from "../container/container.ts";
import { rewritten } from "../outside.ts";
import { withoutSecret } from "../secret_values.ts";
import { literal } from "./literal.ts";

/** The variables of all services. */
export interface ComposeVariables {
  /** What stands under `environment`, but for what a run sets. */
  of(container: Container): Record<string, string | null>;
  /** What has to be set, and the services of the config that want it. */
  needed: ReadonlyMap<string, readonly string[]>;
  /** What a service wants that the config had a secret for. */
  secretsOf(container: Container): readonly string[];
}

/** Names the variables. */
export function composeVariables(
  containers: readonly Container[],
): ComposeVariables {
  const needed = new Map<string, string[]>();
  const need = (variable: string, { spec: { service } }: Container) => {
    const services = needed.get(variable) ?? [];
    if (!services.includes(service)) services.push(service);
    needed.set(variable, services);
    return variable;
  };
  const asked = new Set<string>([RUN_VARIABLES.token, "DENIZEN_USER"]);
  const filled = new Map<Container, [string, string | null][]>();
  for (const container of containers) {
    filled.set(
      container,
      [...container.environment].flatMap((
        [name, variable],
      ): [string, string | null][] => {
        switch (variable.kind) {
          case "value":
            return [[name, literal(variable.value)]];
          case "secret":
            return [];
          case "passed":
            asked.add(name);
            return [[name, null]];
          case "filled":
            return [[
              name,
              rewritten(variable.text, ({ name, fallback, message }) => {
                asked.add(name);
                if (fallback !== undefined) {
                  return `\${${name}:-${literal(fallback)}}`;
                }
                need(name, container);
                // Without a message an empty one is a value, as here.
                return message === undefined
                  ? `\${${name}?set ${name}}`
                  : wanted(name, message);
              }, "$$"),
            ]];
        }
      }),
    );
  }

  // Each has a name of its own, unless another has the same value under it.
  const chosen = new Map<string, string>();
  const choose = (container: Container, name: string, secret: string) => {
    const prefixed = `${container.host}_${name}`;
    for (let count = 0;; count++) {
      const written = count === 0
        ? name
        : count === 1
        ? prefixed
        : `${prefixed}_${count}`;
      const variable = variableName(written, count > 0);
      if (asked.has(variable)) continue;
      if ((chosen.get(variable) ?? secret) !== secret) continue;
      chosen.set(variable, secret);
      return need(variable, container);
    }
  };
  const secrets = new Map(
    containers.map((container) => {
      const variables: string[] = [];
      const values = [...container.environment].flatMap(
        ([name, variable]): [string, string][] => {
          if (variable.kind !== "secret") return [];
          const text = withoutSecret(name, variable.value, (secret, part) => {
            const called = part === "value" ? name : `${name}_PASSWORD`;
            const own = choose(container, called, secret);
            variables.push(own);
            return wanted(own);
          }, literal);
          return [[name, text]];
        },
      );
      return [container, { values, variables }] as const;
    }),
  );
  return {
    of(container) {
      const open = new Map(filled.get(container));
      const secret = new Map(secrets.get(container)?.values);
      return Object.fromEntries(
        [...container.environment.keys()]
          .map((name) => [name, secret.get(name) ?? open.get(name) ?? null]),
      );
    },
    needed,
    secretsOf: (container) => secrets.get(container)?.variables ?? [],
  };
}

/** Refused where it is empty, too. */
function wanted(variable: string, message = `set ${variable}`): string {
  return `\${${variable}:?${literal(message)}}`;
}

function variableName(text: string, isPrefixed: boolean): string {
  const name = text.replaceAll(/\W/g, "_").replace(/^(?=\d)/, "_");
  return isPrefixed ? name.toUpperCase() : name;
}
