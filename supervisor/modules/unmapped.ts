/**
 * Finds in what Deno says that a script cannot import this library. Deno's own
 * hint is to add the npm package of that name, and that may be a stranger's.
 *
 * The words are Deno's own; a test provokes each kind in a real process.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import { commandFor } from "../../runtime/program/command_name.ts";
import { DOORS, LIBRARY_IMPORTS } from "../../runtime/program/library_names.ts";
import { LIBRARY_FOLDER } from "../../runtime/program/paths.ts";

/** Also as our package is called: nobody gets the library by that. */
const UNMAPPED =
  /Import "((?:@denizen\/)?denizen(?:\/[^"]*)?)" not a dependency/;

const NOT_THERE = new RegExp(
  `Module not found "file:[^"]*/${LIBRARY_FOLDER.replace(".", "\\.")}/[^"]*"`,
);

/**
 * Returns the name of the library that a script imports and nothing leads
 * anywhere.
 *
 * @param words What Deno has written.
 * @returns Undefined where Deno does not say so.
 */
export function unmappedName(words: string): string | undefined {
  return UNMAPPED.exec(stripVTControlCharacters(words))?.[1];
}

/**
 * Says why a script does not find the library, and what to do.
 *
 * @param words What Deno has written.
 * @returns Undefined where Deno does not say so.
 */
export function describeUnmapped(words: string): string | undefined {
  const install = `\`${commandFor("install")}\``;
  if (NOT_THERE.test(stripVTControlCharacters(words))) {
    return `"${LIBRARY_FOLDER}", where scripts find "denizen", is not there or not whole: ${install} makes it`;
  }
  const name = unmappedName(words);
  if (name === undefined) return undefined;
  if (!(name in DOORS)) return describeUnknown(name);
  return `deno.json does not say where "${name}" is: add ${
    JSON.stringify({ imports: LIBRARY_IMPORTS })
  } to it, then run ${install}`;
}

/** Says by which names there is something. */
export function describeUnknown(name: string): string {
  const names = Object.keys(DOORS).map((each) => `"${each}"`).join(", ");
  return `there is no "${name}": what Denizen has is imported as ${names}`;
}
