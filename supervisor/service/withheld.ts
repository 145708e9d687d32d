/**
 * Finds in the last words of a process that it has missed a variable which the
 * supervisor has and which was withheld from it, and says how to give it.
 *
 * @module
 */

import type { Executable } from "../../runtime/process/command_line.ts";
import type { ServiceSpec } from "../config/service_spec.ts";

/** So many variables are named. */
const MAX_NAMED = 3;

/** What a process says that has missed variables without naming them. */
const SIGNS: readonly { said: RegExp; missed: RegExp }[] = [
  // It has tried to reach another machine by itself.
  {
    said:
      /error sending request for url \((?!\w+:\/\/(?:127\.|localhost\b|\[::1\]))/,
    missed: /^(?:https?|all)_proxy$/i,
  },
  {
    said: /error while loading shared libraries|cannot open shared object file/,
    missed: /^LD_LIBRARY_PATH$/,
  },
];

/**
 * Returns advice for a process that has failed of what was withheld.
 *
 * @param words What it wrote last.
 * @param withheld The names of what it did not get.
 * @param spec The service.
 * @returns Undefined where nothing points to that.
 */
export function describeWithheld(
  words: string,
  withheld: readonly string[],
  { service, runs }: Pick<ServiceSpec, "service"> & {
    runs: Pick<Executable, "kind">;
  },
): string | undefined {
  const said = new Set(words.match(/\w+/g));
  const signs = SIGNS.filter(({ said }) => said.test(words));
  const missed = withheld.filter((name) =>
    isTelling(name) && said.has(name) ||
    signs.some(({ missed }) => missed.test(name))
  ).slice(0, MAX_NAMED);
  if (missed.length === 0) return undefined;
  const [are, them] = missed.length === 1 ? ["was", "it"] : ["were", "them"];
  const [key, whom] = runs.kind === "script"
    ? ["permissions.env", "gives all to the programs that it runs"]
    : ["environment", "gives it all"];
  return `${
    missed.join(", ")
  } ${are} withheld from its environment: add ${them} under services.${service}.${key}; inherit_environment: true ${whom}`;
}

/** False of a name that is a word like any other: `_`, `EDITOR`. */
function isTelling(name: string): boolean {
  return /\w_\w/.test(name) || /\d/.test(name);
}
