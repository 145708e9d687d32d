/**
 * Looks at the copy of the library that a project's scripts import.
 *
 * @module
 */

import { commandFor } from "../../runtime/program/command_name.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { isLater, ownMark, readMark } from "../library/library_mark.ts";
import { findMappedLibrary } from "../library/mapped_library.ts";
import { type Check, ok, problem, warning } from "./check.ts";

const CHECK = "library";

/** Looks at the copy; nothing is said where no deno.json maps to one. */
export async function checkLibrary(folder: string): Promise<Check[]> {
  try {
    const mapped = await findMappedLibrary(folder);
    if (!mapped) return [];
    const path = `"${shortPath(mapped.library)}"`;
    const [there, own] = await Promise.all([
      readMark(mapped.library),
      ownMark(),
    ]);
    const install = `\`${commandFor("install")}\` makes it`;
    if (!there) return [problem(CHECK, `${path} is not there`, install)];
    const { version } = there;
    if (isLater(version, own.version)) {
      return [
        problem(
          CHECK,
          `${path} is of Denizen ${version}, and this is ${own.version}`,
          `use ${version}, or remove the folder to go back`,
        ),
      ];
    }
    return [
      there.source === own.source
        ? ok(CHECK, `${path} is that of Denizen ${version}`)
        : warning(CHECK, `${path} is of another Denizen than this`, install),
    ];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [problem(CHECK, error.message, "mend it")];
  }
}
