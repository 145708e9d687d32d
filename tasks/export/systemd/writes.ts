/**
 * What a script may write, in the words of systemd.
 *
 * @module
 */

import { resolve } from "node:path";
import type { NotCarried } from "../target.ts";
import type { Places } from "./places.ts";

/** What a script writes, on the machine that runs it. */
export interface Writes {
  /** What its unit opens, absolute. */
  paths: string[];
  /** What of that is to belong to its account. */
  owned: string[];
  everywhere: boolean;
  /** Tells of what its account has to be given by hand. */
  toGive: Omit<NotCarried, "service">[];
  /** Tells of what its unit cannot do. */
  notCarried: Omit<NotCarried, "service">[];
}

/** Folders for all, where what was made is gone some day. */
export const TEMPORARY = /^\/(var\/)?tmp(?=\/|$)/;

/** Files that are none: no unit can open or close them one by one. */
const OF_KERNEL = /^\/(dev|proc|sys)(?=\/|$)/;

/** Devices that every unit has, and Deno lets a script open. */
const COMMON_DEVICE = /^\/dev\/(null|zero|full|u?random|shm)(\/|$)/;

/**
 * Returns what a script may write.
 *
 * @param granted What its permissions say.
 * @param workingDir The folder that its paths are relative to, absolute.
 */
export function writesOf(
  granted: readonly string[] | boolean | undefined,
  workingDir: string,
  places: Places,
): Writes {
  if (granted === true) {
    return {
      paths: [],
      owned: [],
      everywhere: true,
      toGive: [{
        key: "permissions.write",
        why: "the account of the unit may write only what belongs to it",
        doInstead: "name the paths, or have it own what it is to write",
      }],
      notCarried: [],
    };
  }
  const project = places.of(".").replace(/\/?$/, "/");
  const isOwned = (path: string) => path.startsWith(project);
  const named = unique(
    (granted || [])
      // The unit has a folder of its own for sockets.
      .filter((path) => !places.text(path).startsWith(places.runtime))
      .map((path) => places.of(resolve(workingDir, path))),
  );
  const ofKernel = named.filter((path) => OF_KERNEL.test(path));
  const lasting = named.filter((path) =>
    isOwned(path) || !TEMPORARY.test(path) && !OF_KERNEL.test(path)
  );
  // What others have in there comes and goes.
  const temporary = named.flatMap((path) => {
    const folder = isOwned(path) ? undefined : TEMPORARY.exec(path)?.[0];
    return folder === undefined ? [] : [{ path, folder }];
  });
  const widened = temporary.filter(({ path, folder }) => path !== folder);
  const closed = ofKernel.filter((path) => !COMMON_DEVICE.test(path));
  const others = lasting.filter((path) => !isOwned(path));
  const files = lasting.filter(places.isFile);
  return {
    paths: unique([...lasting, ...temporary.map(({ folder }) => folder)]),
    owned: lasting.filter(isOwned),
    everywhere: false,
    toGive: others.length === 0 ? [] : [{
      key: "permissions.write",
      why: `${
        others.join(", ")
      } may not be the project's alone, so nothing there is made or given to the account of the unit`,
      doInstead: "make it, and let that account write there",
    }],
    notCarried: [
      ...(files.length === 0 ? [] : [{
        key: "permissions.write",
        why: `${
          files.join(", ")
        } can be written but neither removed nor replaced by another file, since systemd opens one file and not its folder; install.sh makes a file of it where it is missing`,
        doInstead:
          "name a folder, if that is needed, and make one here before the export if this is to be one",
      }]),
      ...(widened.length === 0 ? [] : [{
        key: "permissions.write",
        why: `for ${
          widened.map(({ path }) => path).join(", ")
        } the unit opens all of ${
          unique(widened.map(({ folder }) => folder)).join(" and ")
        }, since what is not there yet cannot be opened alone`,
        doInstead:
          "rely on Deno's sandbox, which opens no more than that, or name a folder of the project",
      }]),
      ...(closed.length === 0 ? [] : [{
        key: "permissions.write",
        why: `${
          closed.join(", ")
        } is no file of a disk: its unit does not open it, and Deno opens such files only to a script that may do everything`,
        doInstead: "have a program of command: do it",
      }]),
    ],
  };
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)].toSorted();
}
