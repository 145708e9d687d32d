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
  workspace: { dependencies: string[]; links?: unknown };
  [key: string]: unknown;
}

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
  const { links = [], tasks: _tasks, imports, ...others } = denoJson;
  const mapped = { ...imports };
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
    .filter((target) => target.startsWith("npm:"));
  return {
    ...lock,
    workspace: { dependencies: [...new Set(packages)].toSorted() },
  };
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
