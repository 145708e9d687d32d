/**
 * Where a service of a config is written: in the config itself, or in a file
 * that it includes.
 *
 * @module
 */

import type { Problem } from "../../runtime/config/problems.ts";
import type { ServiceShape } from "./schema.ts";
import type { WrittenTls } from "./tls.ts";

/** Values for `${NAME}`, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where a service is written. */
export interface Source {
  /** Absolute paths; what a later file says goes over what an earlier one says. */
  files: readonly string[];
  /** The folder that paths are relative to. */
  folder: string;
  /** Values for `${NAME}` where the environment has none. */
  defaults: Variables;
  /** The auth of services that set none, where these files say so. */
  auth?: ServiceShape["auth"] | undefined;
  /** The tls of services that set none, where these files say so. */
  tls?: WrittenTls | undefined;
}

/** The sources of services, by name; those that are missing are the config's own. */
export type Sources = ReadonlyMap<string, Source>;

/**
 * Returns the values for `${NAME}` in a service.
 *
 * @param variables The environment, which goes before what files say.
 */
export function variablesFor(
  service: string,
  sources: Sources,
  variables: Variables,
): Variables {
  const { defaults } = sources.get(service) ?? {};
  return defaults ? { ...defaults, ...variables } : variables;
}

/** Returns the files in which the place of a problem may be. */
export function filesOf(
  { file, path: [root, service] }: Problem,
  sources: Sources,
  config: string,
): readonly string[] {
  if (file !== undefined) return [file];
  const source = root === "services" && sources.get(String(service));
  return source ? source.files : [config];
}
