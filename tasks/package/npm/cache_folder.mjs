// @ts-check
/**
 * Where a user's caches are, and how Deno comes to fill its own.
 *
 * @module
 */

import { platform, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { StartError } from "./start_error.mjs";

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
 * Has Deno trust the certificates that Node is told to trust beside its own: npm
 * has come through whatever stands before the registry with them. What Deno is
 * told itself stays.
 *
 * @param {Variables} env
 * @returns {Variables}
 */
export function withCertificates(env) {
  const file = env.NODE_EXTRA_CA_CERTS;
  return !file || env.DENO_CERT ? env : { ...env, DENO_CERT: file };
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
  switch (platform()) {
    case "win32":
      return env.LOCALAPPDATA || join(homeOf(env), "AppData", "Local");
    case "darwin":
      return join(homeOf(env), "Library", "Caches");
    default:
      return join(homeOf(env), ".cache");
  }
}

/**
 * Returns the user's home. A variable that is empty or relative says nothing: by
 * it, caches would lie wherever the user stands.
 *
 * @param {Variables} env
 * @returns {string}
 */
function homeOf(env) {
  if (env.HOME && isAbsolute(env.HOME)) return env.HOME;
  try {
    const { homedir } = userInfo();
    if (isAbsolute(homedir)) return homedir;
  } catch {
    // The system does not know the user, as in some containers.
  }
  throw new StartError(
    "Cannot start Denizen: nothing says where your home is; set HOME or XDG_CACHE_HOME to a folder that you may write to",
  );
}
