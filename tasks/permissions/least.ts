/**
 * The smallest rights that cover what a service has done, and what a user
 * should know about them.
 *
 * Asks its options about the file system, so that it can be tested as a table.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import {
  PERMISSION_KINDS,
  type PermissionKind,
  type Permissions,
} from "../../runtime/process/permission_flags.ts";
import { RUN_VARIABLE_NAMES } from "../../runtime/program/run_variables.ts";
import type { Access } from "./audit.ts";
import { covers, foldPaths } from "./fold_paths.ts";

/** What {@linkcode leastRights} knows besides the accesses. */
export interface Surroundings {
  /** What the service may do now, in normal form. */
  held: Permissions;
  /** Services that have a port and did not run. */
  absent: ReadonlySet<string>;
  /** The service's folder. */
  workingDir: string;
  /** The user's folder. */
  home: string | undefined;
  /** Where Deno keeps what it has fetched. */
  cache: string | undefined;
  /** The variables that are set here, but not for the service. */
  variables: ReadonlySet<string>;
  /** True for a path where there is something. */
  exists: (path: string) => boolean;
}

/** What a service needs. */
export interface Needs {
  /** In normal form; a kind of which nothing is needed is absent. */
  rights: Partial<Record<PermissionKind, readonly string[] | true>>;
  /** What a reader of the rights should know, a sentence each. */
  notes: string[];
  /** Variables that it asked for, which are set here but not for it. */
  unset: string[];
}

/** Hosts from which Deno imports without being asked. */
const TRUSTED = new Set([
  "deno.land:443",
  "jsr.io:443",
  "esm.sh:443",
  "raw.esm.sh:443",
  "cdn.jsdelivr.net:443",
  "raw.githubusercontent.com:443",
  "gist.githubusercontent.com:443",
]);
/** Ports of one host from which on all of them are granted. */
const MANY_PORTS = 9;
/** Deno opens these only for who may do anything. */
const SYSTEM_FILE = /^\/(proc|sys|dev)(\/|$)/;
const DEVICE = /^\/dev\/(null|zero|random|urandom|tty)$/;

/**
 * Returns the smallest rights for what was done.
 *
 * @param accesses In normal form.
 */
export function leastRights(
  accesses: readonly Access[],
  surroundings: Surroundings,
): Needs {
  const { held, absent, cache } = surroundings;
  const rights: Needs["rights"] = {};
  const notes: string[] = [];
  const written = pathsOf("write", accesses);
  for (const kind of PERMISSION_KINDS) {
    const values = valuesOf(kind, accesses);
    const needsAll = accesses.some((each) =>
      each.kind === kind && each.value === null
    );
    if (needsAll && kind !== "env") {
      rights[kind] = true;
      continue;
    }
    const needed = ((): readonly string[] | true => {
      switch (kind) {
        case "read":
        case "write":
          return foldPaths(
            pathsOf(kind, accesses).map((path) =>
              written.includes(path) ? lasting(path, surroundings) : path
            ),
            (folder) => isWide(folder, surroundings),
          );
        case "net":
          return foldPorts(values);
        case "env":
          return neededVariables(values, needsAll, surroundings);
        case "import":
          // A list takes the place of the hosts that are trusted without one.
          return held.import === undefined &&
              values.every((host) => TRUSTED.has(host))
            ? []
            : values.toSorted();
        case "run":
        case "ffi":
        case "sys":
          return values.toSorted();
      }
    })();
    const kept = kind === "net"
      ? listed(held.net).filter((name) => absent.has(name))
      : [];
    if (kept.length > 0) {
      notes.push(
        `${
          kept.join(", ")
        } did not run, so whether it is to be reached is not known`,
      );
    }
    const all = needed === true ? true : [...new Set([...needed, ...kept])];
    if (all === true || all.length > 0) rights[kind] = all;
  }
  notes.push(...systemFileNotes(accesses));
  const cached = cache === undefined ? [] : [
    ...new Set([...pathsOf("read", accesses), ...written]),
  ].filter((path) => covers(cache, path));
  if (cached.length > 0) {
    notes.push(
      `${
        cached[0]
      } is in Deno's cache, which is elsewhere on other machines; a file that is imported with { type: "text" } needs no right`,
    );
  }
  const unset = valuesOf("env", accesses)
    .filter((name) => surroundings.variables.has(name))
    // Each may read those of its run.
    .filter((name) => !RUN_VARIABLE_NAMES.includes(name))
    .filter((name) => !allowsVariable(held.env, name));
  return { rights, notes, unset };
}

/** True for a folder that holds too much to be granted for what is in it. */
export function isWide(
  folder: string,
  { workingDir, home }: Pick<Surroundings, "workingDir" | "home">,
): boolean {
  return folder.split("/").length <= 2 || covers(folder, workingDir) ||
    (home !== undefined && covers(folder, home));
}

/** True if a variable may be read. */
export function allowsVariable(
  held: Permissions["env"],
  name: string,
): boolean {
  return held === true ||
    listed(held).some((each) =>
      each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : each === name
    );
}

/** Returns the entries of a kind; none for everything or nothing. */
export function listed(held: Permissions[PermissionKind]): readonly string[] {
  return typeof held === "object" ? held : [];
}

function valuesOf(
  kind: PermissionKind,
  accesses: readonly Access[],
): string[] {
  return accesses.flatMap((each) =>
    each.kind === kind && each.value !== null ? [each.value] : []
  );
}

/** Returns the paths of a kind that can be granted at all. */
function pathsOf(
  kind: "read" | "write",
  accesses: readonly Access[],
): string[] {
  return valuesOf(kind, accesses).filter((path) => !isSystemFile(path));
}

function isSystemFile(path: string): boolean {
  return SYSTEM_FILE.test(path) && !DEVICE.test(path);
}

function systemFileNotes(accesses: readonly Access[]): string[] {
  const paths = [...valuesOf("read", accesses), ...valuesOf("write", accesses)]
    .filter(isSystemFile);
  return [...new Set(paths)].map((path) =>
    `it tried ${path}, which only a program with all rights may touch`
  );
}

/**
 * Returns the folder of a file that has come and gone under a name made up for
 * it: the next time it has another.
 */
function lasting(path: string, { exists }: Surroundings): string {
  return /\d/.test(basename(path)) && !exists(path) ? dirname(path) : path;
}

function foldPorts(addresses: readonly string[]): string[] {
  const hosts = Map.groupBy(
    addresses,
    (address) => address.replace(/:\d+$/, ""),
  );
  return [...hosts].flatMap(([host, all]) =>
    all.includes(host) || all.length >= MANY_PORTS ? [host] : all
  ).toSorted();
}

/**
 * Returns the variables that are needed: those that are listed and were read.
 * Others read as unset, which is what they are for the service.
 */
function neededVariables(
  read: readonly string[],
  readAll: boolean,
  { held, variables }: Surroundings,
): readonly string[] | true {
  if (held.env !== true) {
    return listed(held.env).filter((each) =>
      read.some((name) => allowsVariable([each], name))
    );
  }
  return readAll ? true : read.filter((name) => variables.has(name)).toSorted();
}
