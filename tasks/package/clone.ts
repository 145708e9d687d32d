/**
 * Whether the program runs from a clone or from a copy that was installed.
 *
 * @module
 */

import { join } from "node:path";
import { isThereNow } from "../../runtime/files/optional_file.ts";
import { PROJECT } from "../../runtime/program/paths.ts";

/** True in a clone. It alone has what is needed to work on Denizen itself. */
export function isClone(): boolean {
  return isThereNow(join(PROJECT, "tasks", "bench"));
}
