/**
 * Tells when files may have changed, whether they are written in place, replaced
 * by others, removed, or made anew in a folder that was not there.
 *
 * module_watch.ts reads them then: what is told here may turn out to be nothing.
 *
 * @module
 */

import { dirname, sep } from "node:path";
import { aborted, pause } from "../../runtime/program/abort.ts";

/** A watch over files that may be replaced by others at any time. */
export interface FolderWatch extends Disposable {
  /** Watches these files from now on. */
  watch(files: readonly string[]): Promise<void>;
  /**
   * Resolves once one of them was touched since the last time and all of them
   * are left alone for a moment, or when `signal` aborts.
   *
   * @throws {Error} If they cannot be watched any more.
   */
  untilTouched(signal: AbortSignal): Promise<void>;
}

/** How long files have to be left alone, in milliseconds. */
const QUIET_MS = 100;
/** After so long they count as left alone, in milliseconds. */
const MAX_UNREST_MS = 2_000;

/** Makes a watch that watches nothing yet. */
export function createFolderWatch(): FolderWatch {
  let watched: ReadonlySet<string> = new Set();
  let watcher: Deno.FsWatcher | undefined;
  let touches = 0;
  let seen = 0;
  let touched = Promise.withResolvers<void>();
  let failure: unknown;

  const isOfInterest = (path: string) =>
    watched.has(path) ||
    [...watched].some((file) => file.startsWith(`${path}${sep}`));
  const follow = async (events: Deno.FsWatcher) => {
    for await (const { kind, paths } of events) {
      if (kind === "access" || !paths.some(isOfInterest)) continue;
      touches++;
      touched.resolve();
    }
  };
  return {
    async watch(files) {
      const all = await withTargets(files);
      watched = new Set(all);
      const folders = new Set(await Promise.all(all.map(folderOf)));
      const former = watcher;
      watcher = Deno.watchFs([...folders], { recursive: false });
      follow(watcher).catch((error) => {
        failure = error;
        touched.resolve();
      });
      // Only now: nothing is missed in between.
      former?.close();
    },
    async untilTouched(signal) {
      if (touches === seen) {
        await Promise.race([touched.promise, aborted(signal)]);
      }
      const startedMs = performance.now();
      do {
        seen = touches;
        touched = Promise.withResolvers();
        await pause(QUIET_MS, signal);
      } while (
        touches !== seen && performance.now() - startedMs < MAX_UNREST_MS
      );
      if (failure !== undefined) throw failure;
    },
    [Symbol.dispose]: () => watcher?.close(),
  };
}

/** Adds the files that links among them lead to. */
async function withTargets(files: readonly string[]): Promise<string[]> {
  const targets = await Promise.all(
    files.map((file) => Deno.realPath(file).catch(() => file) // it is not there at the moment
    ),
  );
  return [...new Set([...files, ...targets])];
}

/** Returns the folder of a file, or the nearest above it that there is. */
async function folderOf(file: string): Promise<string> {
  for (let folder = dirname(file);; folder = dirname(folder)) {
    try {
      if ((await Deno.stat(folder)).isDirectory) return folder;
    } catch (error) {
      if (
        !(error instanceof Deno.errors.NotFound) &&
        !(error instanceof Deno.errors.NotADirectory)
      ) throw error;
    }
    if (folder === dirname(folder)) return folder;
  }
}
