/**
 * Refuses a script that would read, by an import, a file which is not its own.
 *
 * Deno asks for no right to read what a script imports by a literal, whatever
 * it is imported as: text and JSON of the whole machine would be open to it.
 * Code is left alone: what another module exports is there to be imported.
 *
 * @module
 */

import { basename, dirname, extname, join, resolve } from "node:path";
import { abortAfter } from "../../runtime/program/abort.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { type Config, folderOfService } from "../config/config.ts";
import type { ServiceSpec } from "../config/service_spec.ts";
import { createFileStamps, type FileStamps } from "./file_stamps.ts";
import { type FileImport, readModuleGraphs } from "./module_graph.ts";
import {
  foldersUp,
  isWithin,
  ownPlaces,
  type Surroundings,
  withoutLinks,
} from "./own_places.ts";

/** What is asked before a script is started. */
export interface ModuleGuard {
  /**
   * Returns why a service may not be started: what it imports, and what would
   * allow that; or Deno's words, where nobody can tell what it imports.
   *
   * @returns Undefined if it may.
   */
  refusalOf(spec: ServiceSpec): Promise<string | undefined>;
  /**
   * Lists the files that a script may import only with a right to read.
   *
   * @throws {Failure} With Deno's words, where nobody can tell.
   */
  foreignFiles(script: string): Promise<string[]>;
}

/** Options for {@linkcode createModuleGuard}. */
export interface ModuleGuardOptions
  extends Pick<Surroundings, "home" | "cache"> {
  /** Reads graphs. @default {by `deno info`} */
  read?: typeof readModuleGraphs;
}

/** What is known of a script as long as its files stay what they are. */
interface Known {
  stamps: FileStamps;
  foreign: FileImport[];
}

/** What the guard goes by. */
type GuardedConfig = Pick<
  Config,
  "folder" | "sources" | "stateDir" | "services"
>;

/** How long one look may take, in milliseconds. */
const LOOK_MS = 60_000;

/**
 * Makes the guard of a config; it has looked at nothing yet.
 *
 * @param config Returns the config that is in force. Its scripts are looked at
 * together.
 */
export function createModuleGuard(
  config: () => GuardedConfig,
  { read = readModuleGraphs, ...options }: ModuleGuardOptions = {},
): ModuleGuard {
  const known = new Map<string, Known>();
  /** Looks that are under way, for each of their scripts. */
  const looking = new Map<string, Promise<unknown>>();
  const placesOf = (script: string) =>
    ownPlaces(script, {
      stateDir: config().stateDir,
      folders: foldersListing(script, config()),
      ...options,
    });

  const lookAt = async (scripts: readonly string[], cwd: string) => {
    const sinceMs = Date.now();
    using limit = abortAfter(LOOK_MS);
    const graphs = await read(scripts, { cwd, signal: limit.signal });
    for (const [script, { files, imports }] of graphs) {
      const { has } = placesOf(script);
      known.set(script, {
        foreign: imports.filter((each) => isData(each) && !has(each.file)),
        stamps: createFileStamps(watchedFiles(script, files), sinceMs),
      });
    }
  };

  /** Looks at a script, and at all those that can be looked at with it. */
  const look = async (script: string) => {
    known.delete(script);
    const cwd = configFolder(script);
    const others = guardedScripts(config()).filter((each) =>
      !known.has(each) && !looking.has(each) && configFolder(each) === cwd
    );
    const scripts = [...new Set([script, ...others])];
    const found = lookAt(scripts, cwd).finally(() => {
      for (const each of scripts) looking.delete(each);
    });
    // Where it fails, each of the others is looked at by itself.
    for (const each of scripts) looking.set(each, found.catch(() => {}));
    await found;
  };

  const foreignIn = async (script: string): Promise<readonly FileImport[]> => {
    const before = known.get(script);
    if (before?.stamps.areUnchanged()) return before.foreign;
    const underWay = looking.get(script);
    // Do not wait for nothing: others would begin looks of their own meanwhile.
    if (underWay) await underWay;
    if (!underWay || !known.has(script)) await look(script);
    return known.get(script)!.foreign;
  };

  return {
    async refusalOf(spec) {
      if (!isGuarded(spec)) return undefined;
      const { runs: { script, permissions: { read } }, workingDir } = spec;
      try {
        const listed = (read || []).map((path) =>
          withoutLinks(resolve(workingDir, path))
        );
        const refused = (await foreignIn(script)).filter(({ file }) =>
          !listed.some((path) => isWithin(path, withoutLinks(file)))
        );
        if (refused.length === 0) return undefined;
        return describe(refused, spec, placesOf(script).workspace);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return `the module guard cannot tell what it imports: ${error.message}`;
      }
    },
    async foreignFiles(script) {
      const files = (await foreignIn(script)).map(({ file }) =>
        withoutLinks(file)
      );
      return [...new Set(files)];
    },
  };
}

/** A service whose imports matter: a script that may not read everything. */
type Guarded = ServiceSpec & {
  runs: {
    kind: "script";
    permissions: { read?: readonly string[] | false };
  };
};

function isGuarded(spec: ServiceSpec): spec is Guarded {
  return spec.runs.kind === "script" && spec.runs.permissions.read !== true;
}

/** Returns the folders of the files that have a script as a service. */
function foldersListing(script: string, config: GuardedConfig): string[] {
  const services = [...config.services].filter(([, specs]) =>
    specs.some(({ runs }) => runs.kind === "script" && runs.script === script)
  );
  return services.length === 0
    ? [config.folder]
    : [...new Set(services.map(([name]) => folderOfService(config, name)))];
}

function guardedScripts({ services }: Pick<Config, "services">): string[] {
  return [...services.values()].flat().filter(isGuarded)
    .map(({ runs }) => runs.script);
}

/** What Deno runs, and does not show to whoever imports it. */
const CODE = /^\.[cm]?[jt]sx?$/i;

/** True of an import that gives what a file says, or has an error say it. */
function isData({ file, type }: FileImport): boolean {
  return type !== undefined ||
    ![file, withoutLinks(file)].every((path) => CODE.test(extname(path)));
}

const CONFIG_FILES = ["deno.json", "deno.jsonc", "package.json"];

/** Returns the folder of the deno.json that applies to a script. */
function configFolder(script: string): string {
  const folder = dirname(script);
  return foldersUp(folder).find((each) => configsIn(each).length > 0) ??
    folder;
}

function configsIn(folder: string): string[] {
  return CONFIG_FILES.map((name) => join(folder, name)).filter(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // Deno does not find it either
  }
}

/** Lists the files that say what a script imports, or would if they were there. */
function watchedFiles(script: string, files: readonly string[]): string[] {
  const above = new Set(
    [script, ...files].flatMap((file) => foldersUp(dirname(file))),
  );
  const configs = [...above].flatMap(configsIn);
  return [
    ...new Set([
      ...files,
      ...configs,
      ...configs.flatMap(importMapOf),
      ...foldersUp(dirname(script)).flatMap((folder) =>
        CONFIG_FILES.map((name) => join(folder, name))
      ),
    ]),
  ];
}

/** Returns the import map that a deno.json names, if it does. */
function importMapOf(config: string): string[] {
  if (basename(config) === "package.json") return [];
  const [, path] =
    /"importMap"\s*:\s*"([^"]+)"/.exec(Deno.readTextFileSync(config)) ?? [];
  return path === undefined ? [] : [resolve(dirname(config), path)];
}

/** So many imports are named. */
const MAX_NAMED = 3;
/** How much of a name is shown, in characters: a data: URL is one, too. */
const MAX_CHARS = 200;

function describe(
  imports: readonly FileImport[],
  { service, runs: { permissions: { read } } }: Guarded,
  workspace: string,
): string {
  // The right to a link is not the right to what it leads to.
  const files = [...new Set(imports.map(({ file }) => withoutLinks(file)))];
  const named = imports.slice(0, MAX_NAMED).map(({ file, importer, type }) => {
    const real = withoutLinks(file);
    return [
      `${importer.slice(0, MAX_CHARS)} imports ${file}`,
      ...(type === undefined ? [] : [`as ${type}`]),
      ...(real === file ? [] : [`by a link to ${real}`]),
    ].join(" ");
  });
  const more = imports.length - named.length;
  if (more > 0) named.push(`and ${more} more`);
  const list = [...read || [], ...files].map((file) => JSON.stringify(file))
    .join(", ");
  return `the module guard refuses it: ${
    named.join(", ")
  }, outside of its workspace ${workspace}; to allow that, write services.${service}.permissions.read: [${list}]`;
}
