/**
 * Looks at what the system allows: open files, and files that are watched.
 *
 * @module
 */

import { ifThere } from "../../runtime/files/optional_file.ts";
import { openFilesOf } from "../../runtime/process/process_files.ts";
import { listProcesses } from "../../runtime/process/process_group.ts";
import { type Check, ok, problem, warning } from "./check.ts";

/** What a supervisor with some services needs, and a busy server besides. */
const ENOUGH_FILES = 1_024;
/** Below that not even a few services can be run. */
const FEWEST_FILES = 128;

/**
 * Looks at how many files a process may have open.
 *
 * @param limits The text of /proc/self/limits; undefined where there is none.
 */
export function checkOpenFiles(limits: string | undefined): Check {
  const CHECK = "open files";
  const [, soft] = /^Max open files\s+(\S+)/m.exec(limits ?? "") ?? [];
  if (soft === undefined) {
    return ok(CHECK, "the limit is not known; `ulimit -n` shows it");
  }
  if (soft === "unlimited" || Number(soft) >= ENOUGH_FILES) {
    return ok(CHECK, `${soft} a process`);
  }
  const found = `only ${soft} a process`;
  const remedy = "allow more, as by `ulimit -n 4096`";
  return Number(soft) < FEWEST_FILES
    ? problem(CHECK, found, remedy)
    : warning(CHECK, found, remedy);
}

/** How many files and watchers the system lets one user watch. */
export interface WatchLimits {
  maxWatches: number;
  maxInstances: number;
  /** Watchers that processes of this user have now. */
  instances: number;
}

/** A large project, an editor and a supervisor watch so many. */
const ENOUGH_WATCHES = 8_192;
/** The supervisor needs one; others come and go. */
const SPARE_INSTANCES = 8;

/** Looks at whether files can be watched; undefined where nothing limits it. */
export function checkWatching(limits: WatchLimits | undefined): Check {
  const CHECK = "watching";
  if (limits === undefined) return ok(CHECK, "no limit is known");
  const { maxWatches, maxInstances, instances } = limits;
  const found =
    `${maxWatches} files, and ${instances} of ${maxInstances} watchers in use`;
  if (instances >= maxInstances) {
    return problem(
      CHECK,
      `${found}: \`watch: true\` cannot work`,
      `end one, or raise it: sysctl fs.inotify.max_user_instances=${
        2 * maxInstances
      }`,
    );
  }
  if (maxInstances - instances < SPARE_INSTANCES) {
    return warning(
      CHECK,
      found,
      `raise it: sysctl fs.inotify.max_user_instances=${2 * maxInstances}`,
    );
  }
  return maxWatches < ENOUGH_WATCHES
    ? warning(
      CHECK,
      `only ${found}`,
      "raise it: sysctl fs.inotify.max_user_watches=65536",
    )
    : ok(CHECK, found);
}

/** Reads the limits of Linux; undefined elsewhere. */
export async function watchLimits(): Promise<WatchLimits | undefined> {
  const [maxWatches, maxInstances] = await Promise.all(
    ["watches", "instances"].map((name) =>
      ifThere(Deno.readTextFile(`/proc/sys/fs/inotify/max_user_${name}`))
    ),
  );
  if (maxWatches === undefined || maxInstances === undefined) return undefined;
  return {
    maxWatches: Number(maxWatches),
    maxInstances: Number(maxInstances),
    instances: await countWatchers(),
  };
}

/** Counts the watchers of this user's processes. */
async function countWatchers(): Promise<number> {
  let count = 0;
  for (const { pid } of await listProcesses() ?? []) {
    const owner = (await ifThere(Deno.stat(`/proc/${pid}`)))?.uid;
    if (owner !== Deno.uid()) continue;
    count += (await openFilesOf(pid))
      .filter((name) => name === "anon_inode:inotify").length;
  }
  return count;
}
