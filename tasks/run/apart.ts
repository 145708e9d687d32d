/**
 * Sees to it that no file of a run is another of its files.
 *
 * @module
 */

import { statIfThere } from "../../runtime/files/optional_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { partialPath } from "../../stages/sink/sink.ts";
import { lockPath } from "./claims.ts";

/** The flags that name what {@linkcode checkApart} looks at. */
const FLAGS_OF = ["input", "output", "rejects", "report"];

/**
 * Checks that no file is written over another file of the run, by whatever name.
 *
 * @throws {UsageError} Naming the file, and what it is twice.
 */
export async function checkApart(
  paths: Record<"rules" | "output" | "rejects", string | undefined> & {
    report?: string;
  },
  inputs: readonly string[],
): Promise<void> {
  const { rules, output, rejects, report } = paths;
  const roles: [role: string, path: string | undefined][] = [
    ["rules", rules],
    ...inputs.map((path): [string, string] => ["input", path]),
    ["output", output],
    ["rejects", rejects],
    ["unfinished output", output && partialPath(output, "run")],
    [
      "unfinished records",
      output && partialPath(output, "run", "records."),
    ],
    ["unfinished rejects", rejects && partialPath(rejects, "run")],
    ["lock of the output", output && lockPath(output)],
    ["lock of the rejects", rejects && lockPath(rejects)],
    ["report", report],
  ];
  const roleOf = new Map<string, string>();
  for (const [role, path] of roles) {
    if (path === undefined) continue;
    const { dev, ino } = await statIfThere(path) ?? {};
    const names = ino ? [path, `${dev}:${ino}`] : [path];
    const other = names.map((name) => roleOf.get(name)).find(Boolean);
    // The same input twice does no harm.
    if (other && !(role === "input" && other === "input")) {
      throw new UsageError(
        `Cannot use "${
          shortPath(path)
        }" as the ${role}: it is the ${other}; name another file by --${
          FLAGS_OF.find((flag) => role.endsWith(flag)) ?? "output"
        }`,
      );
    }
    for (const name of names) roleOf.set(name, role);
  }
}
