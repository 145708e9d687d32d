/**
 * Tells when files may have changed, whether they are written in place, replaced
 * by others, removed, or made anew in a folder that was not there.
 *
 * module_watch.ts reads them then: what is told here may turn out to be nothing.
 *
 * @module
 */

import { dirname, join, resolve, sep } from "node:path";
import { aborted, pause } from "../../runtime/program/abort.ts";

/** A watch over files that may be replaced by others at any time. */
export interface FolderWatch extends Disposable {
  /**
   * Watches these files from now on, and the links on the way to them. Also to be
   * called for the same files once they were touched: a link may lead elsewhere.
   */
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
  /** Which folders are watched: another one may have come by the same name. */
  let identity = "";

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
      const all = await withLinks(files);
      watched = new Set(all);
      const folders = new Map(await Promise.all(all.map(folderOf)));
      const found = [...folders].map(([path, inode]) => `${inode} ${path}`)
        .sort().join("\n");
      if (found === identity) return;
      identity = found;
      const former = watcher;
      watcher = Deno.watchFs([...folders.keys()], { recursive: false });
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

/** How many links may lead from one to the next. */
const MAX_LINKS = 40;

/**
 * Adds the links on the way to files, those in the middle of a path as well, and
 * where they lead: all that decides what a file is.
 */
async function withLinks(files: readonly string[]): Promise<string[]> {
  const targets = new Map<string, Promise<string | undefined>>();
  const targetOf = (path: string) => {
    const known = targets.get(path) ??
      // It is no link, or not there at the moment.
      Deno.readLink(path).catch(() => undefined);
    targets.set(path, known);
    return known;
  };
  const found = new Set<string>();
  const follow = async (file: string, links: number): Promise<void> => {
    found.add(file);
    if (links > MAX_LINKS) return;
    const names = file.split(sep);
    for (let length = 2; length <= names.length; length++) {
      const path = names.slice(0, length).join(sep);
      const target = await targetOf(path);
      if (target === undefined) continue;
      found.add(path);
      const place = resolve(dirname(path), target);
      return await follow(join(place, ...names.slice(length)), links + 1);
    }
  };
  await Promise.all(files.map((file) => follow(file, 0)));
  return [...found];
}

/** Returns the folder of a file, or the nearest above it that there is. */
async function folderOf(
  file: string,
): Promise<[path: string, inode: number | null]> {
  for (let folder = dirname(file);; folder = dirname(folder)) {
    try {
      const { isDirectory, ino } = await Deno.stat(folder);
      if (isDirectory) return [folder, ino];
    } catch (error) {
      if (
        !(error instanceof Deno.errors.NotFound) &&
        !(error instanceof Deno.errors.NotADirectory)
      ) throw error;
    }
    if (folder === dirname(folder)) return [folder, null];
  }
}
