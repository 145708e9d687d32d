// @ts-check
/**
 * The packages that the program is built on, in Deno's cache.
 *
 * They are fetched at the first start, so that every other start, and every
 * service, needs no network.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { denoFolder } from "./cache_folder.mjs";
import { runDeno } from "./run_deno.mjs";
import { StartError } from "./start_error.mjs";

/** What a start may load: the commands, and the services that ship with them. */
export const PROGRAMS = [
  "main.ts",
  "stages/main.ts",
  "broker/main.ts",
  "dashboard/main.ts",
];

/**
 * Fetches what is missing.
 *
 * @param {string} copy The folder of the program.
 * @param {string} version
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<import("./run_deno.mjs").End | undefined>} How it ended, if
 * somebody has interrupted it.
 * @throws {StartError} If they cannot be fetched.
 */
export async function keepPackages(copy, version, env) {
  const lock = readFileSync(join(copy, "deno.lock"), "utf8");
  const names = packagesIn(lock);
  if (areThere(names, denoFolder(env))) return undefined;
  const terminal = process.stderr.isTTY;
  process.stderr.write(
    `Fetching the ${names.length} packages of Denizen ${version}, for the first start only\n`,
  );
  // Deno draws how far it is, which is of use to a person alone.
  const end = await runDeno(
    [
      ...["install", "--frozen", "--config", join(copy, "deno.json")],
      ...terminal ? [] : ["--quiet"],
      "--entrypoint",
      ...PROGRAMS.map((program) => join(copy, program)),
    ],
    {
      ...env,
      DENO_NO_UPDATE_CHECK: "1",
      // Deno colours what it says wherever it says it.
      ...terminal ? {} : { NO_COLOR: "1" },
    },
    { isOfNpx: false, stdio: ["ignore", "ignore", "inherit"] },
  );
  if (end.code === 0) return undefined;
  if (end.signal !== null) return end;
  throw new StartError(
    "Cannot start Denizen: its packages could not be fetched, as said above; the first start needs a network, later ones do not",
  );
}

/**
 * Lists what a deno.lock names, each as a path below a registry's folder.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function packagesIn(text) {
  const ids = Object.keys(JSON.parse(text).npm ?? {});
  // As in @a/b@1.0.0_c@2.0.0: after the version stands what it is used with.
  const paths = ids.map((id) =>
    id.replace(
      /^(.[^@]*)@([^_]+).*$/s,
      (_, name, version) => `${name}/${version}`,
    )
  );
  return [...new Set(paths)];
}

/**
 * @param {string[]} paths
 * @param {string} deno The folder of Deno's cache.
 * @returns {boolean}
 */
function areThere(paths, deno) {
  const npm = join(deno, "npm");
  const registries = existsSync(npm) ? readdirSync(npm) : [];
  return paths.every((path) =>
    registries.some((registry) => existsSync(join(npm, registry, path)))
  );
}
