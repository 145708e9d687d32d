/**
 * Where containers keep what they write: a volume for each folder that a script
 * may write to. All else of a container's files is read-only.
 *
 * @module
 */

import { basename, dirname, isAbsolute, resolve } from "node:path";
import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import { isOfImage, isWithin } from "./image_folders.ts";
import { IMAGE_ROOT, type ImagePaths } from "./image_paths.ts";
import { labelsFor } from "./names.ts";

/** A folder that outlives a container. */
export interface Volume {
  name: string;
  /** Where it is in each container that has it. */
  path: string;
}

/** A volume as one container has it. */
export interface Mount {
  volume: Volume;
  readOnly: boolean;
}

/** What a container may touch, and what can be done about it. */
export interface Storage {
  mounts: readonly Mount[];
  /** Entries of `write` that no volume can stand for. */
  besideCode: readonly string[];
  /** Entries of `write` in folders that the image needs as they are. */
  besideSystem: readonly string[];
  /** Entries of `read` that are not in the image. */
  outside: readonly string[];
}

/** Always there, and empty at each start. */
export const TEMPORARY = "/tmp";

/**
 * Returns what the processes of a config need, by name of the service.
 *
 * @param specs One of each service.
 */
export function storageOf(
  specs: readonly ServiceSpec[],
  paths: ImagePaths,
): Map<string, Storage> {
  const scripts = specs.flatMap(({ runs }) =>
    runs.kind === "script" ? paths.of(runs.script) ?? [] : []
  );
  const isCode = (folder: string) =>
    isWithin(folder, IMAGE_ROOT) ||
    scripts.some((script) => isWithin(folder, script));
  const written = new Map(
    specs.map((spec) => [spec.service, foldersWritten(spec, paths)]),
  );
  const folders = [...written.values()].flat()
    .map(({ folder }) => folder)
    .filter((folder) => !isCode(folder) && !isOfImage(folder));
  const outermost = [...new Set(folders)].toSorted().filter((folder) =>
    !folders.some((other) => other !== folder && isWithin(other, folder))
  );
  const names = labelsFor(outermost);
  const volumes = outermost.map((path) => ({ name: names.get(path)!, path }));

  return new Map(specs.map((spec) => {
    const own = written.get(spec.service)!;
    const reads = entriesOf(spec, "read")
      .map((entry) => ({ entry, path: inImage(entry, spec, paths) }));
    const mounts = volumes.flatMap((volume): Mount[] => {
      if (own.some(({ folder }) => isWithin(volume.path, folder))) {
        return [{ volume, readOnly: false }];
      }
      const isRead = reads.some(({ path }) =>
        isWithin(volume.path, path) || isWithin(path, volume.path)
      );
      return isRead ? [{ volume, readOnly: true }] : [];
    });
    return [spec.service, {
      mounts,
      besideCode: own.filter(({ folder }) => isCode(folder))
        .map(({ entry }) => entry),
      besideSystem: own
        .filter(({ folder }) => !isCode(folder) && isOfImage(folder))
        .map(({ entry }) => entry),
      outside: reads.filter(({ path }) =>
        !isWithin(IMAGE_ROOT, path) && !isWithin(TEMPORARY, path) &&
        !isSystem(path) &&
        !mounts.some(({ volume }) => isWithin(volume.path, path))
      ).map(({ entry }) => entry),
    }];
  }));
}

/** Lists what a script may write, each with the folder that holds it. */
function foldersWritten(spec: ServiceSpec, paths: ImagePaths) {
  return entriesOf(spec, "write").flatMap((entry) => {
    const path = inImage(entry, spec, paths);
    if (isWithin(TEMPORARY, path) || isSystem(path)) return [];
    // Nobody can tell a file from a folder that is not there yet but by its name.
    const isFile = /^.+\.[^.]+$/.test(basename(path));
    return [{ entry, folder: isFile ? dirname(path) : path }];
  });
}

/**
 * Returns what a permission lists. What goes with something else is left out: the
 * sockets of `net`, and the files of its certificate.
 */
function entriesOf({ runs, tls }: ServiceSpec, kind: "read" | "write") {
  if (runs.kind === "command") return [];
  const { net = [], [kind]: listed = [] } = runs.permissions;
  if (typeof listed === "boolean") return [];
  const certificate = Object.values(tls ?? {});
  const granted = listed.filter((entry) => !certificate.includes(entry));
  return typeof net === "boolean"
    ? granted
    : granted.filter((entry) => !net.includes(`unix:${entry}`));
}

/** Returns where an entry is there: a relative one begins where its process does. */
function inImage(
  entry: string,
  { workingDir }: ServiceSpec,
  paths: ImagePaths,
): string {
  return isAbsolute(entry)
    ? paths.of(entry) ?? resolve(entry)
    : resolve(paths.of(workingDir) ?? workingDir, entry);
}

/** What every container has of its own. */
function isSystem(path: string): boolean {
  return ["/dev", "/proc", "/sys"].some((folder) => isWithin(folder, path));
}
