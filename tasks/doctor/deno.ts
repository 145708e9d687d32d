/**
 * Looks at Deno: its version, and the cache in which it keeps packages.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { denoCache } from "../../runtime/program/paths.ts";

import { abortsOnGoaway } from "../../runtime/rpc/deno_version.ts";
import { formatBytes } from "../terminal/terminal.ts";
import { type Check, ok, problem, warning } from "./check.ts";

/** The release that Denizen is tested with. */
const TESTED = "2.9.3";

/** Looks at the version of Deno. */
export function checkDeno(version: string): Check {
  const found = `Deno ${version}`;
  if (abortsOnGoaway(version)) {
    return warning(
      "deno",
      `${found} can abort a gRPC server when a client disconnects`,
      `a shield is on; ${TESTED} does not need it`,
    );
  }
  return version === TESTED ? ok("deno", found) : warning(
    "deno",
    `${found} is not what Denizen is tested with`,
    `use ${TESTED} if something goes wrong`,
  );
}

/** Files of the cache that are counted; more would take too long. */
const MAX_FILES = 50_000;

/** Looks at the folder in which Deno keeps what it has fetched. */
export async function checkCache(
  folder: string | undefined = denoCache(),
): Promise<Check> {
  if (folder === undefined) {
    return warning(
      "cache",
      "Deno's cache is where no variable tells",
      "set HOME or DENO_DIR",
    );
  }
  const refused = await whyNotWritable(folder);
  if (refused !== undefined) {
    return problem(
      "cache",
      `"${folder}" cannot be written: ${refused}`,
      "set DENO_DIR to a folder of yours, or change its owner",
    );
  }
  const { bytes, all } = await sizeOf(folder);
  return ok(
    "cache",
    `"${folder}" has ${all ? "" : "more than "}${formatBytes(bytes)}`,
  );
}

/** Imports that only tests and editors need. */
const NOT_NEEDED = /^(fast-check|@types\/.*)$/;

/** Lists the packages that Denizen needs, as in `npm:yaml@2.9.1`. */
export function neededPackages(
  imports: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(imports)
    .filter(([name, target]) =>
      target.startsWith("npm:") && !NOT_NEEDED.test(name)
    )
    .map(([, target]) => target);
}

/**
 * Looks whether packages are in the cache.
 *
 * @param packages As in `npm:yaml@2.9.1`.
 * @param folder Deno's cache.
 */
export async function checkPackages(
  packages: readonly string[],
  folder: string | undefined = denoCache(),
): Promise<Check> {
  const missing = folder === undefined
    ? []
    : await missingFrom(join(folder, "npm"), packages);
  return missing.length === 0
    ? ok("packages", `all ${packages.length} that Denizen names are cached`)
    : problem(
      "packages",
      `not cached: ${missing.join(", ")}`,
      `\`${commandFor("install")}\` fetches them`,
    );
}

/** Lists what no registry's folder has. */
async function missingFrom(
  folder: string,
  packages: readonly string[],
): Promise<string[]> {
  const registries = await ifThere(Array.fromAsync(Deno.readDir(folder))) ?? [];
  const missing: string[] = [];
  for (const each of packages) {
    const [, name = "", version = ""] = /^npm:(.+)@([^@/]+)/.exec(each) ?? [];
    const found = await Promise.all(
      registries.map((registry) =>
        ifThere(Deno.stat(join(folder, registry.name, name, version)))
      ),
    );
    if (found.every((entry) => entry === undefined)) missing.push(each);
  }
  return missing;
}

/** Tries it; rights alone do not tell, as on a file system that is read-only. */
async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    const place = await nearestThere(folder);
    await Deno.remove(await Deno.makeTempFile({ dir: place }));
    return undefined;
  } catch (error) {
    return systemReason(error);
  }
}

/** The folder, or the nearest one above that is there: it would be made. */
async function nearestThere(folder: string): Promise<string> {
  return await ifThere(Deno.stat(folder)) || dirname(folder) === folder
    ? folder
    : await nearestThere(dirname(folder));
}

/** Adds up a folder's files, or the first of very many. */
async function sizeOf(
  folder: string,
): Promise<{ bytes: number; all: boolean }> {
  const left = [folder];
  let [bytes, files] = [0, 0];
  for (let next; (next = left.pop()) !== undefined;) {
    if (files > MAX_FILES) return { bytes, all: false };
    const here = next;
    const entries = await ifThere(Array.fromAsync(Deno.readDir(here))) ?? [];
    for (const { name, isDirectory } of entries) {
      if (isDirectory) left.push(join(here, name));
    }
    const sizes = await Promise.all(
      entries.filter(({ isFile }) => isFile).map(async ({ name }) =>
        (await ifThere(Deno.lstat(join(here, name))))?.size ?? 0
      ),
    );
    files += sizes.length;
    bytes += sizes.reduce((sum, size) => sum + size, 0);
  }
  return { bytes, all: true };
}
