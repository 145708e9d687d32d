/**
 * Profiles, as compose takes them: it refuses a service that needs one whose
 * profile nobody has asked for, where the supervisor starts that with it.
 *
 * @module
 */

import type { Project } from "../project.ts";

/**
 * Returns the profiles of each service: its own, and those of all that need it.
 * None where something needs it that always runs.
 */
export function effectiveProfiles(
  services: Project["services"],
): Map<string, readonly string[]> {
  const profiles = new Map(
    [...services].map(([service, [spec]]) => [service, spec!.profiles]),
  );
  // What is needed by what is needed is found in a later round.
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const [service, [spec]] of services) {
      const own = profiles.get(service)!;
      for (const { service: needed } of spec!.dependsOn) {
        const theirs = profiles.get(needed) ?? [];
        if (theirs.length === 0) continue;
        const both = own.length === 0
          ? []
          : [...new Set([...theirs, ...own])].toSorted();
        if (both.length === theirs.length) continue;
        profiles.set(needed, both);
        isSettled = false;
      }
    }
  }
  return profiles;
}
