/**
 * One way to write each thing that a service touches or may touch, so that what
 * it did can be held against what the config says.
 *
 * Paths are absolute. An address is the name of the service that listens there,
 * `self` for its own; any other is `host:port`. A program that PATH leads to is
 * its bare name.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { PermissionKind } from "../../runtime/process/permission_flags.ts";
import {
  addressesAt,
  type Asker,
  type Names,
  SELF,
} from "../../supervisor/addresses.ts";
import type { Config } from "../../supervisor/config.ts";
import { temporaryFolder } from "../../supervisor/denial.ts";

/** Whose things they are. */
export interface Scope extends Asker {
  names: Names;
  /** What its relative paths are relative to. */
  workingDir: string;
}

/** Returns the names that a config's addresses have. */
export function namesOf({ services }: Pick<Config, "services">): Names {
  const ports = [...services].flatMap(([service, specs]) => {
    const each = specs.flatMap(({ port }) => port ?? []);
    return each.length > 0 ? [[service, each] as const] : [];
  });
  return { services: [...services.keys()], ports: new Map(ports) };
}

/** Returns the one way to write a value of a kind. */
export function normalForm(
  kind: PermissionKind,
  value: string,
  scope: Scope,
): string {
  switch (kind) {
    case "read":
    case "write":
    case "ffi":
      return value === "<TMP>"
        ? temporaryFolder()
        : resolve(scope.workingDir, value);
    case "net":
      return nameOf(hostAndPort(value), scope);
    case "import":
      return hostAndPort(value);
    case "run":
      return programName(value, scope);
    case "env":
    case "sys":
      return value;
  }
}

const STANDARD_PORTS: Record<string, number> = { "https:": 443, "http:": 80 };

/** Returns the place in a URL, for which Deno asks when something is fetched. */
function hostAndPort(value: string): string {
  const url = /^\w+:\/\//.test(value) ? URL.parse(value) : undefined;
  if (!url) return value.toLowerCase();
  const port = url.port || STANDARD_PORTS[url.protocol];
  return port === undefined ? url.hostname : `${url.hostname}:${port}`;
}

function programName(program: string, { workingDir }: Scope): string {
  if (!program.includes("/")) return program;
  const path = resolve(workingDir, program);
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const first = folders.map((folder) => join(folder, basename(path)))
    .find((each) => existsSync(each));
  return first === path ? basename(path) : path;
}

/** Returns the name of the service that has an address; else the address. */
function nameOf(address: string, { names, service, replica }: Scope): string {
  const own = names.ports.get(service)?.[replica];
  if (own !== undefined && addressesAt([own]).includes(address)) return SELF;
  for (const [name, ports] of names.ports) {
    if (addressesAt(ports).includes(address)) return name;
  }
  return address;
}
