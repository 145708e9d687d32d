/**
 * Looks at the copy of the library that a project's scripts import.
 *
 * @module
 */

import { dirname } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { DOORS } from "../../runtime/program/library_names.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { loadConfig } from "../../supervisor/config/load_config.ts";
import { isLater, ownMark, readMark } from "../library/library_mark.ts";
import { findMappedLibrary } from "../library/mapped_library.ts";
import {
  denoJsonsAbove,
  importsOf,
  readDenoJson,
} from "../library/deno_json.ts";
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
    const beside = dirname(mapped.library);
    if ((await ifThere(Deno.lstat(beside)))?.isSymlink) {
      return [
        problem(
          CHECK,
          `"${
            shortPath(beside)
          }" is a link, and Deno lets no service read its contracts through one`,
          "make it a folder of the project",
        ),
      ];
    }
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

/** As a script imports it. */
const NAMED = new RegExp(
  `["'](${Object.keys(DOORS).join("|")})["']`,
  "g",
);

/**
 * Looks whether the scripts of a config find what they import of the library:
 * Deno would send to the npm package of that name.
 */
export async function checkImports(config: string): Promise<Check[]> {
  try {
    const { services } = await loadConfig(config);
    const scripts = [...services.values()].flat()
      .flatMap(({ runs }) => runs.kind === "script" ? [runs.script] : []);
    for (const script of new Set(scripts)) {
      const text = await ifThere(Deno.readTextFile(script)) ?? "";
      const known = await namesKnownIn(dirname(script));
      const lost = [...text.matchAll(NAMED)].map(([, name]) => name!)
        .find((name) => !known.has(name));
      if (lost === undefined) continue;
      return [
        problem(
          CHECK,
          `"${
            shortPath(script)
          }" imports "${lost}", and no deno.json says where that is`,
          `\`${commandFor("install")}\` says what to add to it`,
        ),
      ];
    }
    return [];
  } catch {
    // What cannot be read is said by the checks of those files.
    return [];
  }
}

/** The names that the import maps above a script lead anywhere. */
async function namesKnownIn(folder: string): Promise<Set<string>> {
  const known = new Set<string>();
  for (const found of denoJsonsAbove(folder)) {
    const { imports } = await importsOf(found, await readDenoJson(found));
    for (const name of Object.keys(imports)) known.add(name);
  }
  return known;
}
