/**
 * What a config takes from the environment of whoever reads it: its values may be
 * secrets, and differ from machine to machine.
 *
 * @module
 */

import type { Project } from "./project.ts";

/** A reference to a variable, which is no name of a service. */
const REFERENCE =
  /(?<!\$)(?:\$\$)*\$\{(?!(?:REPLICA|[A-Za-z][\w-]*\.(?:address|port|advertise))\})[A-Za-z_]/;

/** True for a text of a config that has `${NAME}` in it. */
export function comesFromOutside(written: unknown): boolean {
  return typeof written === "string" && REFERENCE.test(written);
}

/** What stands in a text of a config for a value from outside. */
export interface OutsideValue {
  name: string;
  /** What it is without one, as in `${NAME:-default}`. */
  fallback: string | undefined;
  /** What is said without one, as in `${NAME:?message}`. */
  message: string | undefined;
}

const DOLLARS = /\$\$|\$\{([A-Za-z_]\w*)(?::([-?])([^}]*))?\}|\$/g;

/**
 * Writes a text of a config for another reader.
 *
 * @param value Writes what comes from outside.
 * @param dollar How a plain dollar sign is written there.
 */
export function rewritten(
  text: string,
  value: (value: OutsideValue) => string,
  dollar: string,
): string {
  return text.replaceAll(
    DOLLARS,
    (_, name?: string, kind?: string, rest?: string) =>
      name === undefined ? dollar : value({
        name,
        fallback: kind === "-" ? rest : undefined,
        message: kind === "?" ? rest : undefined,
      }),
  );
}

/** Returns the names of variables without which a text of a config has no value. */
export function neededNames(text: string): string[] {
  const names: string[] = [];
  rewritten(text, ({ name, fallback }) => {
    if (fallback === undefined) names.push(name);
    return "";
  }, "");
  return [...new Set(names)];
}

/** What a config means by itself. */
const OWN_NAMES = new Set(["REPLICA", "service"]);

/** Returns the variables that the files of a config have filled in, in order. */
export function variablesNamed({ config }: Pick<Project, "config">): string[] {
  const names = new Set<string>();
  for (const text of config.texts.values()) {
    rewritten(text.replaceAll(/^\s*#.*$/gm, ""), ({ name }) => {
      if (!OWN_NAMES.has(name)) names.add(name);
      return "";
    }, "");
  }
  return [...names].toSorted();
}

/** Returns what a service's `environment` says, as it is written. */
export function writtenVariables(
  { written }: Pick<Project, "written">,
  service: string,
): Map<string, string> {
  const { environment } = written.services.get(service) ?? {};
  return Array.isArray(environment)
    ? new Map(environment.map((line) => {
      const [, name = "", value = ""] = /^([^=]+)(?:=(.*))?$/s
        .exec(String(line)) ?? [];
      return [name, value];
    }))
    : new Map(
      Object.entries(Object(environment)).map(([name, value]) => [
        name,
        String(value),
      ]),
    );
}
