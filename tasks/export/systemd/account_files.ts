/**
 * The account that the processes run by, for systemd-sysusers.
 *
 * @module
 */

import type { ExportedFile } from "../target.ts";
import { userOf } from "./options.ts";
import type { UnitContext } from "./service_units.ts";

/** Makes the file; none where the processes belong to somebody who is there. */
export function accountFiles(
  { project, options }: Pick<UnitContext, "project" | "options">,
): ExportedFile[] {
  const user = userOf(project, options);
  if (user === undefined || options.runAs !== undefined) return [];
  return [{
    path: `sysusers.d/${project.name}.conf`,
    content: [
      `# Whom the services of ${project.name} belong to.`,
      `u ${user} - "services of ${project.name}" - -`,
      "",
    ].join("\n"),
  }];
}
