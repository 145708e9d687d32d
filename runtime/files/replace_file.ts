/**
 * Puts a new file in the place of another in one step. Whoever reads it sees
 * the old file or the new one, each of them whole, however the writing ends.
 *
 * @module
 */

import { dirname } from "node:path";
import { flushFolder, writeDurably } from "./durable_file.ts";

/** Options for {@linkcode replaceFile}. */
export interface ReplaceOptions {
  /** Waits until it would outlive a power cut. @default {false} */
  durable?: boolean;
  /** The permission bits of the new file. @default {as of any new file} */
  mode?: number | undefined;
  /**
   * The path it has while it is written, in the same folder. To be given by
   * those who remove what a killed process has left.
   *
   * @default {one that no other process writes}
   */
  partial?: string;
}

/**
 * Writes a file, whole or not at all.
 *
 * @param path Where it is to stand; a link there is replaced, too.
 * @throws {Error} What the system says; what stood there before is untouched,
 * and nothing half written is left.
 */
export async function replaceFile(
  path: string,
  text: string,
  { durable = false, mode, partial = `${path}.${Deno.pid}.partial` }:
    ReplaceOptions = {},
): Promise<void> {
  const options = mode === undefined ? {} : { mode };
  try {
    if (durable) {
      await writeDurably(partial, new TextEncoder().encode(text), options);
    } else await Deno.writeTextFile(partial, text, options);
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => {}); // the first error counts
    throw error;
  }
  if (durable) await flushFolder(dirname(path));
}
