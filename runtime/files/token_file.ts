/**
 * The file in which the token of a run is kept for its owner's own commands.
 *
 * @module
 */

import { join } from "node:path";
import { ifThere, removeIfThere } from "./optional_file.ts";
import { writePrivateFile } from "./private_file.ts";

/** What it is called, in the state folder of the run. */
export const TOKEN_FILE = "token";

/**
 * Keeps the token of a run in the folder of its state, until disposed.
 *
 * @throws {Error} What the system says.
 */
export async function keepToken(
  folder: string,
  token: string,
): Promise<AsyncDisposable> {
  await writeToken(folder, token);
  return {
    [Symbol.asyncDispose]: () => removeIfThere(join(folder, TOKEN_FILE)),
  };
}

/** Writes the token of the run whose state lies in `folder`. */
export async function writeToken(folder: string, token: string): Promise<void> {
  await writePrivateFile(join(folder, TOKEN_FILE), `${token}\n`);
}

/**
 * Reads the token of the run whose state lies in `folder`.
 *
 * @returns Undefined where there is none: nothing runs there.
 */
export async function readToken(folder: string): Promise<string | undefined> {
  const text = await ifThere(Deno.readTextFile(join(folder, TOKEN_FILE)));
  return text?.trim() || undefined;
}
