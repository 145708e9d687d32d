/**
 * What a container gets in its environment, and which of it is nobody's to write
 * down: what config.yaml takes from the environment of whoever starts it may be
 * a secret.
 *
 * @module
 */

import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { Written } from "../../../supervisor/config/load_config.ts";
import { comesFromOutside, writtenVariables } from "../outside.ts";
import { looksSecret } from "../secret_values.ts";

/** One variable of a container. */
export type Variable =
  /** What the config says. */
  | { kind: "value"; value: string }
  /** What the config says, and should stand nowhere else, as it looks secret. */
  | { kind: "secret"; value: string }
  /** The value of whoever starts it, under the same name. */
  | { kind: "passed" }
  /** A text of the config that has `${NAME}` in it, as it is written there. */
  | { kind: "filled"; text: string };

const NAMED =
  /(?<!\$)((?:\$\$)*)\$\{([A-Za-z][\w-]*)\.(address|port|advertise)\}/g;

/**
 * Returns the variables that a config sets for a process.
 *
 * @param fill Puts what is true in a container into a value.
 * @param named Returns what `${service.field}` stands for there.
 */
export function variablesOf(
  written: Written,
  { name: process, service, environment }: Pick<
    ServiceSpec,
    "name" | "service" | "environment"
  >,
  { fill, named }: {
    fill(value: string): string;
    named(service: string, field: string): string | undefined;
  },
): Map<string, Variable> {
  const texts = writtenVariables({ written }, service);
  return new Map(
    Object.entries(environment).map(([name, value]): [string, Variable] => {
      if (value === null) return [name, { kind: "passed" }];
      const text = texts.get(name);
      if (text !== undefined && comesFromOutside(text)) {
        const own = withReplica(withNames(text, named), process, service);
        return [name, { kind: "filled", text: fill(own) }];
      }
      const kind = value !== "" && looksSecret(name, value)
        ? "secret"
        : "value";
      return [name, { kind, value: fill(value) }];
    }),
  );
}

/** Tells whether arguments of a service have values that come from outside. */
export function hasArgumentsFromOutside(
  { services }: Written,
  service: string,
): boolean {
  const { args, command } = services.get(service) ?? {};
  return [args, command].flat().some(comesFromOutside);
}

/** Its number is known here, and to nobody who starts it. */
function withReplica(text: string, process: string, service: string): string {
  const number = process.slice(service.length + 1) || "1";
  return text.replace(
    /(?<!\$)((?:\$\$)*)\$\{REPLICA(?::[-?][^}]*)?\}/g,
    (_, dollars: string) => `${dollars}${number}`,
  );
}

function withNames(
  text: string,
  named: (service: string, field: string) => string | undefined,
): string {
  return text.replace(
    NAMED,
    (whole, dollars: string, service: string, field: string) => {
      const meaning = named(service, field);
      return meaning === undefined ? whole : `${dollars}${meaning}`;
    },
  );
}
