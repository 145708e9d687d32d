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
