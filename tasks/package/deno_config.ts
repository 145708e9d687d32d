/**
 * The deno.json and the deno.lock of a copy of the program.
 *
 * A copy has no `links`: whoever imports from it would read a warning of Deno's
 * at each start. The vendored packages are named file by file instead.
 *
 * @module
 */

import { resolve } from "node:path";
import { join } from "node:path/posix";
import { PROJECT } from "../../runtime/program/paths.ts";

/** What a deno.json says of the packages that are used. */
export interface DenoConfig {
  imports: Record<string, string>;
  links?: string[];
  tasks?: Record<string, string>;
  [key: string]: unknown;
}

/** What a deno.lock says, as far as a copy differs in it. */
export interface DenoLock {
  /** The version of each package that is imported, by "npm:name@range". */
  specifiers: Record<string, string>;
  /** All packages, by "name@version", with more where it has peers. */
  npm: Record<
    string,
    { dependencies?: string[]; optionalDependencies?: string[] }
  >;
  workspace: { dependencies: string[]; links?: unknown };
  [key: string]: unknown;
}

/** Used by tests and benchmarks alone, which no copy has. */
const FOR_DEVELOPERS = [
  "axe-core",
  "echarts",
  "fast-check",
  "playwright-core",
];

/** What a deno.json says for work on the program itself. */
const OF_A_CLONE = ["tasks", "publish", "workspace"];

/** What the deno.json of a vendored package says. */
interface Vendored {
  name: string;
  exports: string | Record<string, string>;
  imports?: Record<string, string>;
}

/**
 * Returns the deno.json of a copy; that of a copy stays as it is.
 *
 * @throws {Deno.errors.NotFound} If {@linkcode PROJECT} has not what is linked.
 */
export function packagedConfig(denoJson: DenoConfig): DenoConfig {
  const { links = [], imports, ...others } = denoJson;
  for (const key of OF_A_CLONE) delete others[key];
  const mapped = Object.fromEntries(
    Object.entries(imports).filter(([name]) => !FOR_DEVELOPERS.includes(name)),
  );
  for (const folder of links) {
    const vendored: Vendored = JSON.parse(
      Deno.readTextFileSync(resolve(PROJECT, folder, "deno.json")),
    );
    Object.assign(mapped, vendoredFiles(folder, vendored), vendored.imports);
  }
  return { ...others, imports: sortedByKey(mapped) };
}

/**
 * Returns the deno.lock that fits the deno.json of a copy.
 *
 * @param config What {@linkcode packagedConfig} returns.
 */
export function packagedLock(lock: DenoLock, config: DenoConfig): DenoLock {
  const packages = Object.values(config.imports)
    .filter((target) => target.startsWith("npm:"))
    .map(withoutFile);
  const specifiers = Object.fromEntries(
    Object.entries(lock.specifiers)
      .filter(([name]) => !FOR_DEVELOPERS.includes(nameIn(name))),
  );
  const roots = Object.entries(specifiers)
    .map(([name, version]) => `${nameIn(name)}@${version}`);
  return {
    ...lock,
    specifiers,
    npm: reachable(lock.npm, roots),
    workspace: { dependencies: [...new Set(packages)].toSorted() },
  };
}

/** "npm:name@range" of "npm:name@range/one/file". */
function withoutFile(target: string): string {
  return /^npm:(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target;
}

/** The name in "npm:name@range". */
function nameIn(specifier: string): string {
  return /^npm:(.[^@]*)@/.exec(specifier)?.[1] ?? specifier;
}

/** Keeps the packages that others of them need. */
function reachable(
  all: DenoLock["npm"],
  roots: readonly string[],
): DenoLock["npm"] {
  const ids = Object.keys(all);
  const found = new Set(roots);
  // Grows while it is gone through.
  for (const id of found) {
    const { dependencies = [], optionalDependencies = [] } = all[id] ?? {};
    for (const wanted of [...dependencies, ...optionalDependencies]) {
      // The version is there only where it tells two of a name apart.
      const hasVersion = wanted.lastIndexOf("@") > 0;
      const target = ids.find((each) =>
        each === wanted || each.startsWith(`${wanted}${hasVersion ? "_" : "@"}`)
      );
      if (target !== undefined) found.add(target);
    }
  }
  return Object.fromEntries(
    Object.entries(all).filter(([id]) => found.has(id)),
  );
}

/** Names each file that a package exports. */
function vendoredFiles(
  folder: string,
  { name, exports }: Vendored,
): Record<string, string> {
  const doors = typeof exports === "string" ? { ".": exports } : exports;
  return Object.fromEntries(
    Object.entries(doors)
      .map(([door, file]) => [join(name, door), `./${join(folder, file)}`]),
  );
}

function sortedByKey(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).toSorted(([a], [b]) => a < b ? -1 : 1),
  );
}
