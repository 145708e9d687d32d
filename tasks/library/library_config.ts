/**
 * What of our deno.json and our deno.lock belongs to the library: the packages
 * that its files import, and those that these need.
 *
 * @module
 */

import type { DenoConfig } from "../package/deno_config.ts";

/** A deno.lock of the version that is known, as far as packages go. */
export interface Lock {
  version?: string;
  specifiers?: Record<string, string>;
  npm?: Record<string, LockedPackage>;
  /** What the deno.json beside it names: if that is another, Deno looks it up. */
  workspace?: { dependencies?: string[]; [key: string]: unknown };
  [key: string]: unknown;
}

/** A package in a deno.lock; its dependencies may leave out the version. */
interface LockedPackage {
  integrity?: string;
  dependencies?: string[];
  optionalDependencies?: string[];
  optionalPeers?: string[];
}

/** The version of lock files that is merged; of others Deno takes care. */
const LOCK_VERSION = "5";

/** Matches what a file imports, whether when it is loaded or later. */
const IMPORTED = /\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g;

/**
 * Returns the deno.json of the library. For its files Deno takes the import map
 * of it, and all of it where a script in it is run, as the broker is. With a
 * name Deno would want more of it.
 *
 * @param config That of a copy of the program.
 * @param texts What the files of the library say.
 */
export function libraryConfig(
  { nodeModulesDir, allowScripts, imports }: DenoConfig,
  texts: Iterable<string>,
): DenoConfig {
  const used = new Set<string>();
  for (const text of texts) {
    for (const [, specifier] of text.matchAll(IMPORTED)) {
      const key = Object.keys(imports).find((key) =>
        specifier === key || specifier!.startsWith(`${key}/`)
      );
      if (key !== undefined) used.add(key);
      if (specifier! in imports) used.add(specifier!);
    }
  }
  return {
    nodeModulesDir,
    allowScripts,
    imports: Object.fromEntries(
      Object.entries(imports).filter(([key]) => used.has(key)),
    ),
  };
}

/**
 * Returns the deno.lock of the library: it names each package with its
 * version, so that Deno looks nothing up.
 *
 * @param config What {@linkcode libraryConfig} returns.
 */
export function libraryLock(lock: Lock, config: DenoConfig): Lock {
  const { specifiers = {}, npm = {} } = lock;
  const wanted = new Set(
    Object.values(config.imports).map(packageOf)
      .filter((specifier) => specifier in specifiers),
  );
  const names = new Set(
    [...wanted].map((specifier) =>
      `${nameOf(specifier.slice("npm:".length))}@${specifiers[specifier]}`
    ),
  );
  for (const name of names) { // a set is walked through while it grows
    const {
      dependencies = [],
      optionalDependencies = [],
      optionalPeers = [],
    } = npm[name] ?? {};
    for (
      const each of [
        ...dependencies,
        ...optionalDependencies,
        ...optionalPeers,
      ]
    ) names.add(fullName(each, npm));
  }
  return {
    version: LOCK_VERSION,
    specifiers: only(specifiers, wanted),
    npm: only(npm, names),
    workspace: { dependencies: [...wanted].toSorted() },
  };
}

/**
 * Adds to somebody's deno.lock what it lacks of the library's.
 *
 * @param theirs What their file says; undefined where there is none.
 * @param named What their deno.json names, as in "npm:zod@4.6.7".
 * @returns The new text; undefined if there is nothing to add, or the file is
 * not one that can be added to.
 */
export function mergedLock(
  theirs: string | undefined,
  ours: Lock,
  named: readonly string[] = [],
): string | undefined {
  let lock: Lock;
  try {
    lock = theirs === undefined
      ? { version: LOCK_VERSION }
      : JSON.parse(theirs);
  } catch {
    return undefined; // Deno says what is wrong with it
  }
  if (lock.version !== LOCK_VERSION) return undefined;
  const { version, specifiers, jsr, npm, workspace, ...others } = lock;
  const known = workspace?.dependencies ?? [];
  const newlyNamed = named.filter((each) =>
    each in (ours.specifiers ?? {}) && !known.includes(each)
  );
  const lacks = newlyNamed.length > 0 ||
    (["specifiers", "npm"] as const).some((part) =>
      Object.keys(ours[part] ?? {}).some((key) => !(key in (lock[part] ?? {})))
    );
  if (!lacks) return undefined;
  const dependencies = [...known, ...newlyNamed].toSorted();
  const text = JSON.stringify(
    {
      version,
      specifiers: sorted({ ...ours.specifiers, ...specifiers }),
      ...(jsr === undefined ? {} : { jsr }),
      npm: sorted({ ...ours.npm, ...npm }),
      ...others,
      ...(dependencies.length === 0
        ? {}
        : { workspace: { ...workspace, dependencies } }),
    },
    null,
    2,
  );
  return `${text}\n`;
}

/** "npm:a@1.0.0/file.proto" is of the package "npm:a@1.0.0". */
function packageOf(target: string): string {
  return /^npm:(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target;
}

/** "@a/b@1.0.0" is called "@a/b". */
function nameOf(versioned: string): string {
  return versioned.slice(0, versioned.indexOf("@", 1));
}

/** A dependency without a version is the only package of its name. */
function fullName(name: string, npm: Lock["npm"] = {}): string {
  if (name in npm) return name;
  return Object.keys(npm).find((each) => each.startsWith(`${name}@`)) ?? name;
}

function only<T>(
  record: Record<string, T>,
  keys: ReadonlySet<string>,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).filter(([key]) => keys.has(key)),
  );
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).toSorted(([a], [b]) => a < b ? -1 : 1),
  );
}
