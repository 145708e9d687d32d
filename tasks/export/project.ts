/**
 * The project that is exported: its config as the supervisor would run it, and
 * the files besides that a target has to know.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";
import { basename, join, resolve } from "node:path";
import { isThere, statIfThere } from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { LIBRARY_FOLDER, shortPath } from "../../runtime/program/paths.ts";
import {
  type Config,
  environmentOf,
  type ServiceSpec,
} from "../../supervisor/config/config.ts";
import {
  loadConfig,
  type Written,
  writtenIn,
} from "../../supervisor/config/load_config.ts";

/** What targets are made of. Nothing in it depends on when it was read. */
export interface Project {
  /** The config: each process as the supervisor would run it. */
  config: Config;
  /** What a person calls it: letters, digits and dashes, as in `my-shop`. */
  name: string;
  /** What the files say, nothing filled in and no defaults. */
  written: Written;
  /**
   * The processes of each service, in the order of the config. The dashboard is
   * not among them: it looks at a supervisor.
   */
  services: ReadonlyMap<string, readonly ServiceSpec[]>;
  /** What the env files of services say, by absolute path. */
  envFiles: ReadonlyMap<string, string>;
  /** What the env files of a process set for it, by its name. */
  fileVariables: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /**
   * The certificates of services, by absolute path; undefined for what is none.
   */
  certificates: ReadonlyMap<string, X509Certificate | undefined>;
  /** What is there of the paths that scripts may write; absolute. */
  writtenKinds: ReadonlyMap<string, "file" | "folder">;
  /** Whether what scripts import as `denizen` lies in the project's state folder. */
  hasLibrary: boolean;
  /** Whether a lock file stands beside the config. */
  hasLock: boolean;
}

/**
 * Reads a config, with all that it includes.
 *
 * @throws {UsageError} If something in it is wrong.
 * @throws {Failure} If an env file cannot be read.
 */
export async function readProject(path: string): Promise<Project> {
  const config = await loadConfig(path);
  const services = new Map(
    [...config.services].filter(([, specs]) =>
      specs.length > 0 && !specs[0]!.looksOn
    ),
  );
  if (services.size === 0) {
    throw new UsageError(
      `Cannot export "${shortPath(config.path)}": it has no services`,
    );
  }
  const paths = new Set(
    [...services.values()].flat().flatMap(({ envFiles }) => envFiles),
  );
  const envFiles = new Map<string, string>();
  for (const file of [...paths].toSorted()) {
    envFiles.set(file, await readEnvFile(file, config.path));
  }
  const fileVariables = new Map<string, Record<string, string>>();
  for (const { name, envFiles } of [...services.values()].flat()) {
    if (envFiles.length === 0) continue;
    const variables = await environmentOf({ envFiles, environment: {} });
    fileVariables.set(name, variables);
  }
  return {
    config,
    name: nameOf(config),
    written: writtenIn(config),
    services,
    envFiles,
    fileVariables,
    certificates: await certificatesOf([...services.values()].flat()),
    writtenKinds: await writtenKinds([...services.values()].flat()),
    hasLibrary: await isThere(join(config.folder, LIBRARY_FOLDER)),
    hasLock: await isThere(join(config.folder, "deno.lock")),
  };
}

/** Reads what services have; of a chain the first, which is theirs. */
async function certificatesOf(
  specs: readonly ServiceSpec[],
): Promise<Map<string, X509Certificate | undefined>> {
  const paths = new Set(specs.flatMap(({ tls }) => tls?.cert ?? []));
  return new Map(
    await Promise.all(
      [...paths].map(async (path) =>
        [path, await readCertificate(path)] as const
      ),
    ),
  );
}

async function readCertificate(
  path: string,
): Promise<X509Certificate | undefined> {
  try {
    return new X509Certificate(await Deno.readFile(path));
  } catch {
    // What it names is not known then, and who exports is told.
    return undefined;
  }
}

/** A name does not tell a file from a folder; what is there does. */
async function writtenKinds(
  specs: readonly ServiceSpec[],
): Promise<Map<string, "file" | "folder">> {
  const kinds = new Map<string, "file" | "folder">();
  for (const { runs, workingDir } of specs) {
    const { write } = runs.kind === "script" ? runs.permissions : {};
    for (const named of Array.isArray(write) ? write : []) {
      const path = resolve(workingDir, named);
      const info = await statIfThere(path);
      if (info) kinds.set(path, info.isDirectory ? "folder" : "file");
    }
  }
  return kinds;
}

async function readEnvFile(file: string, config: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    throw new Failure(
      `Cannot export "${shortPath(config)}": env_file "${
        shortPath(file)
      }" cannot be read: ${systemReason(error)}`,
      1,
      { cause: error },
    );
  }
}

/** So long is the longest name of a project. */
const MAX_NAME = 40;

/** Makes a name of the config's folder, and of the file where it has another name. */
function nameOf({ folder, path }: Pick<Config, "folder" | "path">): string {
  const file = basename(path).replace(/\.ya?ml$/i, "");
  const words = [basename(folder), ...(file === "config" ? [] : [file])];
  const name = words.join("-").toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_NAME)
    .replaceAll(/^[-0-9]+|-+$/g, "");
  return name || "denizen";
}
