// @ts-check
/**
 * Where a user's caches are.
 *
 * @module
 */

import { homedir, platform } from "node:os";
import { isAbsolute, join } from "node:path";

/** @typedef {Record<string, string | undefined>} Variables */

/**
 * Returns where copies of the program are kept.
 *
 * @param {Variables} env
 * @returns {string}
 */
export function cacheFolder(env) {
  return join(userCache(env), "denizen");
}

/**
 * Tells Deno where its cache is, where it could not find out by itself.
 *
 * @param {Variables} env
 * @returns {Variables}
 */
export function withDenoCache(env) {
  return env.DENO_DIR ? env : { ...env, DENO_DIR: denoFolder(env) };
}

/**
 * @param {Variables} env
 * @returns {string}
 */
export function denoFolder(env) {
  return env.DENO_DIR || join(userCache(env), "deno");
}

/**
 * @param {Variables} env
 * @returns {string}
 */
function userCache(env) {
  // A relative one is to be ignored, says the specification.
  const given = env.XDG_CACHE_HOME;
  if (given && isAbsolute(given)) return given;
  const home = env.HOME || homedir();
  switch (platform()) {
    case "win32":
      return env.LOCALAPPDATA || join(home, "AppData", "Local");
    case "darwin":
      return join(home, "Library", "Caches");
    default:
      return join(home, ".cache");
  }
}
