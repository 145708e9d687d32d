/**
 * The account that the processes run by, and the folders and files that they may
 * write: for systemd-sysusers and systemd-tmpfiles.
 *
 * @module
 */

import { basename, extname, join } from "node:path";
import { LIBRARY_FOLDER } from "../../../runtime/program/paths.ts";
import type { ExportedFile } from "../target.ts";
import { userOf } from "./options.ts";
import type { UnitContext } from "./service_units.ts";

/**
 * Makes both files; none for units of a user, where all is there.
 *
 * @param writes Paths that processes may write, on the machine that runs them.
 */
export function accountFiles(
  { project, options, places }: UnitContext,
  writes: readonly string[],
): ExportedFile[] {
  const user = userOf(project, options);
  if (user === undefined) return [];
  const made = [...new Set(writes)].toSorted();
  const library = places.of(join(project.config.folder, LIBRARY_FOLDER));
  return [
    ...(options.runAs === undefined
      ? [{
        path: `sysusers.d/${project.name}.conf`,
        content: [
          `# Whom the services of ${project.name} belong to.`,
          `u ${user} - "services of ${project.name}" - -`,
          "",
        ].join("\n"),
      }]
      : []),
    ...(made.length > 0 || project.hasLibrary
      ? [{
        path: `tmpfiles.d/${project.name}.conf`,
        content: [
          `# What the services of ${project.name} write and read, by the permissions of config.yaml.`,
          ...made.map((path) =>
            `${isFile(path) ? "f" : "d"} ${quoted(path)} ${
              isFile(path) ? "0640" : "0700"
            } ${user} ${user} -`
          ),
          // The state folder above it stays closed.
          ...(project.hasLibrary ? [`z ${quoted(library)} 0755 - - -`] : []),
          "",
        ].join("\n"),
      }]
      : []),
  ];
}

/** What has an ending is taken for a file: nobody can tell what is not there yet. */
function isFile(path: string): boolean {
  return extname(basename(path)) !== "";
}

function quoted(path: string): string {
  const escaped = path.replaceAll("%", "%%");
  return /[\s"'\\]/.test(path)
    ? `"${escaped.replaceAll(/["\\]/g, "\\$&")}"`
    : escaped;
}
