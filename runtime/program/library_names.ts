/**
 * The names by which the scripts of somebody's own project import the library,
 * and where its copy below the project has each.
 *
 * @module
 */

import { LIBRARY_FOLDER } from "./paths.ts";

/** The files of the library that are imported by name. */
export const DOORS: Readonly<Record<string, string>> = {
  "denizen": "mod.ts",
  "denizen/broker": "broker/client.ts",
  "denizen/stage": "stages/stage.ts",
};

/** How the `imports` of a deno.json lead these names to the copy beside it. */
export const LIBRARY_IMPORTS: Readonly<Record<string, string>> = Object
  .fromEntries(
    Object.entries(DOORS).map(([name, file]) => [
      name,
      `./${LIBRARY_FOLDER}/${file}`,
    ]),
  );
