/**
 * Which services of a config are to run, by the words and profiles of a command
 * line.
 *
 * @module
 */

import {
  type Config,
  graphOf,
  inProfiles,
  namesOf,
  requireServices,
  serviceOf,
  withDependencies,
} from "../../supervisor/config/config.ts";

/** As chooseServices(), for a config that may lack some that were named. */
export function chooseAgain(
  config: Config,
  words: readonly string[],
  profiles: readonly string[],
): string[] {
  const names = namesOf(config);
  const left = words.filter((word) => names.includes(word));
  if (words.length > 0 && left.length === 0) return onlookersIn(config);
  return chooseServices(config, left, profiles);
}

/**
 * Returns the services to run, dependencies first, and the dashboard last.
 *
 * @param words Those that were named; none: all that the profiles allow.
 * @throws {UsageError} For a name that is not in the config.
 */
export function chooseServices(
  config: Config,
  words: readonly string[],
  profiles: readonly string[],
): string[] {
  requireServices(config, words);
  const listed = [...config.services].map(([name, [spec]]) => ({
    name,
    profiles: spec?.profiles ?? [],
  }));
  const wanted = words.length > 0 ? words : inProfiles(listed, profiles);
  // A single replica has no entry in the graph; its service has.
  const asked = new Set(wanted.map((word) => serviceOf(config, word) ?? word));
  const before = withDependencies(graphOf(config), asked);
  const chosen = [...before.filter((name) => !asked.has(name)), ...wanted];
  return [...new Set([...chosen, ...onlookersIn(config)])];
}

/** Names what runs whatever was chosen: the dashboard. */
function onlookersIn({ services }: Config): string[] {
  return [...services].filter(([, [spec]]) => spec?.looksOn)
    .map(([name]) => name);
}

/** Collects every --profile: each may name several, with commas between. */
export function profilesIn(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) =>
    word.startsWith("--profile=")
      ? word.slice("--profile=".length).split(",")
      : argv[index - 1] === "--profile"
      ? word.split(",")
      : []
  ).filter((name) => name !== "");
}
