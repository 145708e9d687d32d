// @ts-check
/**
 * What a copy of the program is known by.
 *
 * @module
 */

import { createHash } from "node:crypto";

/**
 * Returns the SHA-256 of files, in hexadecimal. It tells apart whatever differs
 * in a path, in a byte, or in where a file ends.
 *
 * @param {Iterable<{ path: string, bytes: Uint8Array }>} files In their order.
 * @returns {string}
 */
export function digestOf(files) {
  const hash = createHash("sha256");
  for (const { path, bytes } of files) {
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}
