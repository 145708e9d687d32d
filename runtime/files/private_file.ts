/**
 * Files that only this user may read.
 *
 * @module
 */

import { removeIfThere } from "./optional_file.ts";
import { PRIVATE_FILE } from "./own_folder.ts";
import { replaceFile } from "./replace_file.ts";

/**
 * Writes a file that nobody else may read, whole or not at all: whatever stood
 * there before, and whatever rights it had, is replaced.
 *
 * @throws {Error} What the system says; what stood there before is untouched.
 */
export async function writePrivateFile(
  path: string,
  text: string,
): Promise<void> {
  const partial = `${path}.${Deno.pid}.partial`;
  // One that a killed process has left may have other rights.
  await removeIfThere(partial);
  await replaceFile(path, text, { mode: PRIVATE_FILE, partial });
}
