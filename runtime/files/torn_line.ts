/**
 * Tells whether the writer of a file was stopped in the middle of a line.
 *
 * @module
 */

import { ifThereNow } from "./optional_file.ts";

/** True if the file does not end with the end of a line; false if it is empty or missing. */
export function endsTorn(path: string): boolean {
  using file = ifThereNow(() => Deno.openSync(path));
  if (!file) return false;
  const { size } = file.statSync();
  if (size === 0) return false;
  const last = new Uint8Array(1);
  file.seekSync(size - 1, Deno.SeekMode.Start);
  file.readSync(last);
  return last[0] !== 0x0a;
}
