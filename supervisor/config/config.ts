/**
 * A config that has been read, and the questions to it.
 *
 * The door for the commands: load_config.ts reads a config, and this file
 * answers what it says.
 *
 * @module
 */

import { basename } from "node:path";
import { interpolate } from "../../runtime/config/interpolation.ts";
import type { PermissionKind } from "../../runtime/process/permission_flags.ts";
import { HOST } from "../../runtime/program/address.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import type { TlsFiles } from "../../runtime/program/tls_files.ts";
import { suggestion } from "../../runtime/program/suggest.ts";
import {
  type Asker,
  grantsNamed,
  type Names,
  SELF,
  textNamed,
} from "./addresses.ts";
import type { DependencyGraph } from "./dependency_order.ts";
import type { ServiceSpec } from "./service_spec.ts";
import { type Sources, variablesFor } from "./source.ts";

export { makeDashboardPlace } from "../state_folder/dashboard_place.ts";
export { makeOwnState, requireOwnState } from "../state_folder/own_state.ts";
export {
  DEFAULT_CONFIG,
  nearestConfig,
  STATE_FOLDER,
  stateDirOf,
  taskFor,
} from "../state_folder/place.ts";
export type { Asker, Names } from "./addresses.ts";
export { environmentOf } from "./command_line.ts";
export { dashboardScript } from "./dashboard_script.ts";
export { inProfiles, withDependencies } from "./dependency_order.ts";
export { addressOf, type Probe, type ServiceSpec } from "./service_spec.ts";
export type { Sources } from "./source.ts";

/** A config file that has been read and found right. */
export interface Config {
  /** The file, as an absolute path. */
  path: string;
  /** The folder that paths in it are relative to. */
  folder: string;
  /** What the file says, and what it includes, by absolute path. */
  texts: ReadonlyMap<string, string>;
  /** Where those services are written that other files have. */
  sources: Sources;
  /** Where the supervisor keeps its files. */
  stateDir: string;
  /** What a person shows who calls the services; absent where none is said. */
  clientTls?: TlsFiles;
  /** The processes of each service: one, or one for each replica. */
  services: ReadonlyMap<string, readonly ServiceSpec[]>;
}

/** A name was given that no service has. */
export class UnknownServiceError extends UsageError {}

/** Returns which services depend on which. */
export function graphOf(
  { services }: Pick<Config, "services">,
): DependencyGraph {
  return new Map(
    [...services].map(([name, [spec]]) => [
      name,
      (spec?.dependsOn ?? []).map(({ service }) => service),
    ]),
  );
}

/** Returns the names that a command line may use: services and their replicas. */
export function namesOf({ services }: Pick<Config, "services">): string[] {
  const names = [...services].flatMap(([service, specs]) => [
    service,
    ...specs.map(({ name }) => name),
  ]);
  return [...new Set(names)];
}

/** Returns the service that a name of {@linkcode namesOf} belongs to. */
export function serviceOf(
  { services }: Pick<Config, "services">,
  name: string,
): string | undefined {
  if (services.has(name)) return name;
  return [...services].find(([, specs]) =>
    specs.some((spec) => spec.name === name)
  )?.[0];
}

/**
 * Checks that a config has the services that words of a command line name.
 *
 * @param words Names of services or of single replicas.
 * @throws {UnknownServiceError} For a name that is not in the config.
 */
export function requireServices(
  { services, path }: Pick<Config, "services" | "path">,
  words: readonly string[],
): void {
  const known = namesOf({ services });
  for (const word of words) {
    if (known.includes(word)) continue;
    throw new UnknownServiceError(
      `Cannot find service "${word}" in ${basename(path)}${
        suggestion(
          word,
          known,
          `: services are ${[...services.keys()].join(", ")}`,
        )
      }`,
    );
  }
}

/** Returns the files in which a service is written: mostly one. */
export function filesOfService(
  { path, sources }: Pick<Config, "path" | "sources">,
  service: string,
): readonly string[] {
  return sources.get(service)?.files ?? [path];
}

/** Returns the folder that the paths of a service are relative to. */
export function folderOfService(
  { folder, sources }: Pick<Config, "folder" | "sources">,
  service: string,
): string {
  return sources.get(service)?.folder ?? folder;
}

/** Returns the names that a config's addresses have. */
export function namesIn({ services }: Pick<Config, "services">): Names {
  const ports = [...services].flatMap(([service, specs]) => {
    const each = specs.flatMap(({ port }) => port ?? []);
    return each.length > 0 ? [[service, each] as const] : [];
  });
  const sockets = [...services].flatMap(([service, specs]) => {
    const each = specs.flatMap(({ socket }) => socket ?? []);
    return each.length > 0 ? [[service, each] as const] : [];
  });
  const advertised = [...services].flatMap(([service, specs]) => {
    const each = specs.flatMap(({ advertise }) => advertise ?? []);
    return each.length > 0 ? [[service, each] as const] : [];
  });
  return {
    services: [...services.keys()],
    ports: new Map(ports),
    sockets: new Map(sockets),
    advertised: new Map(advertised),
  };
}

/**
 * Returns the addresses where services listen, each with the words that a person
 * reads for it: "127.0.0.1:50051 (broker)".
 */
export function addressWords(
  config: Pick<Config, "services">,
): Map<string, string> {
  const { ports, sockets } = namesIn(config);
  const words = (service: string, address: string): [string, string] => [
    address,
    `${address} (${service})`,
  ];
  return new Map([
    ...[...ports].flatMap(([service, all]) =>
      all.map((port) => words(service, `${HOST}:${port}`))
    ),
    ...[...sockets].flatMap(([service, all]) =>
      all.map((path) => words(service, `unix:${path}`))
    ),
  ]);
}

/**
 * Returns what an entry of a service's permissions stands for: its variables
 * and the names of services in it are filled in.
 *
 * @returns One value or several; none where the entry means nothing.
 */
export function meaningOf(
  kind: PermissionKind,
  written: string,
  asker: Asker & { names: Names; sources: Sources },
): readonly string[] {
  const { names, service, sources, replica } = asker;
  const variables = variablesFor(service, sources, Deno.env.toObject());
  const { value } = interpolate(
    written,
    { ...variables, REPLICA: String(replica + 1) },
    (name, field) => textNamed(name, field, names, asker),
  );
  const filled = String(value);
  const meaning = kind === "net"
    ? grantsNamed(filled, names, asker)
    : { value: [filled] };
  return "problem" in meaning ? [] : meaning.value;
}

/** Returns the name of the service that has an address; else the address. */
export function nameAt(
  address: string,
  { names, service, replica }: Asker & { names: Names },
): string {
  const own = grantsNamed(SELF, names, { service, replica });
  if ("value" in own && own.value.includes(address)) return SELF;
  for (const name of [...names.ports.keys(), ...names.sockets.keys()]) {
    const found = grantsNamed(name, names, { service, replica });
    if ("value" in found && found.value.includes(address)) return name;
  }
  return address;
}
