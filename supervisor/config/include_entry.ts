/**
 * What one entry of `include` names: files, the folder that paths in them are
 * relative to, and values for `${NAME}`.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { whyNoFile } from "../../runtime/config/named_files.ts";
import type { Problem } from "../../runtime/config/problems.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import type { IncludeShape } from "./schema.ts";
import type { Source, Variables } from "./source.ts";
import { readSourceVariables, type ReadText } from "./source_file.ts";

/** Files that are read as one, and what holds in them. */
export interface Unit extends Source {
  /** The files that lead here and these files, without links. */
  trail: readonly string[];
}

/** An entry, and where it stands. */
export interface Entry {
  entry: IncludeShape;
  /** The file in which it stands, and its place there. */
  file: string;
  path: readonly PropertyKey[];
  /** What holds in that file. */
  parent: Unit;
}

/** What reading an entry takes. */
export interface EntryContext {
  /** The environment. */
  variables: Variables;
  isFile: (path: string) => boolean;
  readText: ReadText;
}

/** Returns what an entry names; no unit where it cannot be read. */
export function unitOf(
  { entry, file, path, parent }: Entry,
  { variables, isFile, readText }: EntryContext,
): { unit: Unit | undefined; problems: Problem[] } {
  const { folder, defaults, auth, tls, trail } = parent;
  const given = typeof entry === "string" ? { path: entry } : entry;
  const namedBy = (key: "path" | "env_file") =>
    [given[key] ?? []].flat().map((name, index) => ({
      name,
      absolute: resolve(folder, name),
      place: typeof entry === "string"
        ? path
        : [...path, key, ...Array.isArray(given[key]) ? [index] : []],
    }));
  const files = namedBy("path");
  const envFiles = namedBy("env_file");
  const missing = [...files, ...envFiles].flatMap(
    ({ name, absolute, place }): Problem[] => {
      if (!isRemote(name) && isFile(absolute)) return [];
      const message = isRemote(name)
        ? `"${name}" is no file of this machine; include a copy of it`
        : `file "${name}" ${whyNoFile(absolute)}`;
      return [{ path: place, file, message }];
    },
  );
  if (missing.length > 0) return { unit: undefined, problems: missing };
  const reals = files.map(({ absolute }) => withoutLinks(absolute));
  const again = reals.find((real) => trail.includes(real));
  if (again !== undefined) {
    const circle = [...trail.slice(trail.indexOf(again)), again];
    const message = `these files include each other in a circle: ${
      circle.map(shortPath).join(" -> ")
    }`;
    return { unit: undefined, problems: [{ path, file, message }] };
  }
  const known = { ...defaults, ...variables };
  const read = envFiles.map(({ absolute }) =>
    readSourceVariables(absolute, known, readText)
  );
  const [first] = files;
  return {
    unit: {
      files: files.map(({ absolute }) => absolute),
      folder: given.project_directory === undefined
        ? dirname(first!.absolute)
        : resolve(folder, given.project_directory),
      defaults: {
        ...Object.assign({}, ...read.map(({ value }) => value)),
        ...defaults,
      },
      auth,
      tls,
      trail: [...trail, ...reals],
    },
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** Returns where a path leads; the path, where that cannot be told. */
export function withoutLinks(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path; // whoever reads it says why
  }
}

/** True of what docker compose would fetch. */
function isRemote(name: string): boolean {
  return /^([a-z][a-z0-9+.-]*:\/\/|git@|oci:)/i.test(name);
}
