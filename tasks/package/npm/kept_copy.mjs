// @ts-check
/**
 * The copy of the program that is run, in the user's cache.
 *
 * It is made under another name and renamed once it is whole, so that a start
 * that is killed, or that runs beside this one, leaves nothing half.
 *
 * @module
 */

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { DIGEST_FILE } from "./digest_file.mjs";
import { digestOf } from "./digest.mjs";
import { StartError } from "./start_error.mjs";
import { storedName } from "./stored_name.mjs";

/**
 * What the package says of the program that is in it.
 *
 * @typedef {object} Program
 * @property {string} version
 * @property {string} digest Of all files, as digestOf() makes it.
 * @property {string[]} files Their paths in the copy.
 */

/** What begins the name of a copy that is not whole yet. */
const PARTIAL = ".partial-";

/** Nobody takes that long to make a copy, in milliseconds. */
const ABANDONED_MS = 3_600_000;

/**
 * Returns the folder of the copy; makes it where there is none.
 *
 * @param {string} source The folder of the package that has the files.
 * @param {Program} program
 * @param {string} root Where copies are kept, side by side.
 * @returns {string}
 * @throws {StartError} If there can be none.
 */
export function keepCopy(source, program, root) {
  const { version, digest } = program;
  // A build of somebody's own may have the version of a release.
  const folders = [version, `${version}-${digest.slice(0, 8)}`]
    .map((name) => join(root, name));
  for (const folder of folders) {
    if (madeOf(folder) === digest) return folder;
    if (isFree(folder) && makeCopy(source, program, folder)) return folder;
  }
  throw new StartError(
    `Cannot start Denizen: "${
      folders.at(-1)
    }" is no whole copy of it; remove that folder and try again`,
  );
}

/**
 * @param {string} source
 * @param {Program} program
 * @param {string} folder
 * @returns {boolean} False if somebody has made another one meanwhile.
 */
function makeCopy(source, { files, digest }, folder) {
  const root = dirname(folder);
  const partial = join(
    root,
    `${PARTIAL}${process.pid}-${Math.random().toString(36).slice(2)}`,
  );
  try {
    makeFolder(root);
    removeAbandoned(root);
    const contents = files.map((path) => ({
      path,
      bytes: readFileSync(join(source, storedName(path))),
    }));
    if (digestOf(contents) !== digest) throw damaged();
    for (const { path, bytes } of contents) {
      writeWhole(join(partial, path), bytes);
    }
    writeWhole(join(partial, DIGEST_FILE), Buffer.from(digest));
  } catch (error) {
    discard(partial);
    if (error instanceof StartError) throw error;
    throw new StartError(
      `Cannot keep Denizen in "${folder}": ${
        messageOf(error)
      }; make room there, or set XDG_CACHE_HOME to a folder that you may write to`,
    );
  }
  try {
    renameSync(partial, folder);
    return true;
  } catch (error) {
    discard(partial);
    if (isFree(folder)) {
      throw new StartError(
        `Cannot keep Denizen in "${folder}": ${messageOf(error)}`,
      );
    }
    return madeOf(folder) === digest;
  }
}

/**
 * Makes a folder with those above it. Node would try for ever where the system
 * says that the one above is not there although it is, as below /proc.
 *
 * @param {string} path
 */
function makeFolder(path) {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another start may have been faster.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Writes a file that outlives a power cut: the folder is renamed, and nobody
 * reads the files again to see whether they are whole.
 *
 * @param {string} path
 * @param {Uint8Array} bytes
 */
function writeWhole(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "wx");
  try {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(file, bytes, written);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Removes what killed starts have left.
 *
 * @param {string} root
 */
function removeAbandoned(root) {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(PARTIAL)) continue;
    const path = join(root, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs !== undefined && Date.now() - mtimeMs > ABANDONED_MS) {
      discard(path);
    }
  }
}

/**
 * Removes what may not be there. What cannot be removed stays: the reason for
 * which it is removed is the one to tell.
 *
 * @param {string} path
 */
function discard(path) {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // As on a disk that has become read-only.
  }
}

/**
 * @param {string} folder
 * @returns {string | undefined} What a copy was made of; none if it is no copy.
 */
function madeOf(folder) {
  try {
    return readFileSync(join(folder, DIGEST_FILE), "utf8");
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path
 * @returns {boolean} True if nothing is there.
 */
function isFree(path) {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return true; // who makes it learns why it cannot be made
  }
}

function damaged() {
  return new StartError(
    "Cannot start Denizen: its package is damaged; install it again",
  );
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
