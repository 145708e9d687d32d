/**
 * What a script may read, in the words of systemd.
 *
 * @module
 */

import { resolve } from "node:path";
import type { NotCarried } from "../target.ts";
import type { Places } from "./places.ts";

/** What a script reads, on the machine that runs it. */
export interface Reads {
  /** What its permissions name, absolute. */
  paths: string[];
  everywhere: boolean;
  /** Tells of what its account has to be let into by hand. */
  toGive: Omit<NotCarried, "service">[];
}

/** Folders that are closed to others on most machines. */
export const HOME = /^\/(home\/[^/]+|root)(?=\/|$)/;

/**
 * Returns what a script may read.
 *
 * @param granted What its permissions say.
 * @param workingDir The folder that its paths are relative to, absolute.
 */
export function readsOf(
  granted: readonly string[] | boolean | undefined,
  workingDir: string,
  places: Places,
): Reads {
  if (granted === true) {
    return {
      paths: [],
      everywhere: true,
      toGive: [{
        key: "permissions.read",
        why:
          "the account of the unit may read only what belongs to it, and what everybody may read",
        doInstead:
          "let that account read what it needs (chgrp, setfacl), or export with --run-as=USER",
      }],
    };
  }
  const paths = (granted || []).map((path) =>
    places.of(resolve(workingDir, path))
  );
  const project = places.of(".").replace(/\/?$/, "/");
  const homes = paths.filter((path) =>
    HOME.test(path) && !path.startsWith(project)
  );
  return {
    paths,
    everywhere: false,
    toGive: homes.length === 0 ? [] : [{
      key: "permissions.read",
      why: `${
        [...new Set(homes)].toSorted().join(", ")
      } is in a home folder, which is closed to the account of the unit on most machines`,
      doInstead:
        "let that account read it (setfacl), move it, or export with --run-as=USER",
    }],
  };
}
