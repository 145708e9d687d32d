/**
 * What the account of the services is given of the project's files: the lines of
 * the install script that do it.
 *
 * Not by systemd-tmpfiles: it refuses a path on which folders change hands, as
 * from who copied the project to the account of the services.
 *
 * @module
 */

import { join } from "node:path";
import { LIBRARY_FOLDER } from "../../../runtime/program/paths.ts";
import { shellWord } from "../container/shell_word.ts";
import { userOf } from "./options.ts";
import type { UnitContext } from "./service_units.ts";

/**
 * Returns lines of sh, to be run by root; none for units of a user, where all is
 * there.
 *
 * @param paths What is to be the account's, with all that is in it; absolute, on
 *     the machine that runs the units. What is missing is made.
 */
export function ownedLines(
  { project, options, places }: UnitContext,
  paths: readonly string[],
): string[] {
  const user = userOf(project, options);
  if (user === undefined) return [];
  const library = places.of(join(project.config.folder, LIBRARY_FOLDER));
  return [
    ...[...new Set(paths)].toSorted().flatMap((path) => {
      const at = shellWord(path);
      return [
        `[ -e ${at} ] || ${
          places.isFile(path)
            ? `install -D -m 0600 /dev/null ${at}`
            : `install -d -m 0700 ${at}`
        }`,
        // With the group that the account logs in with, whatever its name is.
        `chown -R ${user}: ${at}`,
      ];
    }),
    // The state folder above it stays closed.
    ...(project.hasLibrary ? [`chmod 0755 ${shellWord(library)}`] : []),
  ];
}
