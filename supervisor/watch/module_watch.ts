/**
 * Notices when the source of a script has changed: by what its files say, not by
 * when they were written.
 *
 * The module graph is read again after each change. module_watches.ts decides
 * what follows.
 *
 * @module
 */

import { systemReason } from "../../runtime/files/system_reason.ts";
import { logDefect } from "../../runtime/program/log.ts";
import { createFolderWatch } from "./folder_watch.ts";
import { findLoadProblem, readModuleFiles } from "../modules/module_graph.ts";

/** Who is told what a watch finds; it goes on meanwhile. */
export interface ModuleListener {
  /** The watch has begun, over so many files. */
  onReady(files: number): void;
  /** These files have changed, and the script would load. */
  onChange(files: readonly string[]): Promise<void>;
  /** Files have changed, and it would not load, for this reason. */
  onBroken(reason: string): void;
  /** It would not have loaded, and now its files are as they were before. */
  onRestored(): Promise<void>;
  /** The files cannot be watched any more. */
  onError(reason: string): void;
}

/**
 * Watches the modules of a script until disposed.
 *
 * @param script An absolute path.
 */
export function watchModules(
  script: string,
  listener: ModuleListener,
): AsyncDisposable {
  const over = new AbortController();
  const watching = watchUntil(over.signal, script, listener).catch((error) => {
    if (over.signal.aborted) return;
    listener.onError(watchFailure(error));
  });
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await watching;
    },
  };
}

/** Says why files cannot be watched; the system's own words name other limits. */
export function watchFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const reason = systemReason(error);
  return /os error 24/.test(message)
    ? `${reason}, or no inotify instances left: see "ulimit -n" and "sysctl fs.inotify.max_user_instances"`
    : /os error 28/.test(message)
    ? `${reason} for inotify watches: see "sysctl fs.inotify.max_user_watches"`
    : reason;
}

async function watchUntil(
  over: AbortSignal,
  script: string,
  { onReady, onChange, onBroken, onRestored }: ModuleListener,
): Promise<void> {
  const fail = (error: unknown) => logDefect("restarting", error);
  const startedMs = Date.now();
  using folders = createFolderWatch();
  const graph = (complete: boolean) =>
    readModuleFiles(script, { complete, signal: over });
  let files = await graph(false);
  await folders.watch(files);
  // What was written since the process was started is news to it.
  let loaded = await fingerprint(files, startedMs);
  let problem: string | undefined;
  onReady(files.length);
  while (!over.aborted) {
    await folders.watch(files);
    const changed = await differing(loaded);
    if (changed.length === 0) {
      if (problem !== undefined) void onRestored().catch(fail);
      problem = undefined;
    } else {
      const found = await findLoadProblem(script, over);
      if (over.aborted) return;
      files = found === undefined
        ? await graph(true)
        // What it is made of cannot be told in full: keep what is known.
        : [...new Set([...files, ...await graph(false)])];
      await folders.watch(files);
      if (found === undefined) {
        loaded = await fingerprint(files);
        void onChange(changed).catch(fail);
      } else if (found !== problem) {
        onBroken(found);
      }
      problem = found;
    }
    await folders.untilTouched(over);
  }
}

/** What each file says, in short. */
type Fingerprint = ReadonlyMap<string, string>;

/** What stands for a file that was written too late to be trusted. */
const UNKNOWN = "unknown";

/**
 * Reads what files say.
 *
 * @param sinceMs What is written from then on counts as different from all.
 */
async function fingerprint(
  files: readonly string[],
  sinceMs = Infinity,
): Promise<Fingerprint> {
  const nowMs = Date.now();
  return new Map(
    await Promise.all(files.map(async (file) => {
      const { mtime } = await Deno.stat(file).catch(() => ({ mtime: null }));
      const writtenMs = mtime?.getTime() ?? 0;
      const isNews = writtenMs >= sinceMs && writtenMs <= nowMs;
      return [file, isNews ? UNKNOWN : await digest(file)] as const;
    })),
  );
}

/** Returns the files that say something else by now. */
async function differing(before: Fingerprint): Promise<string[]> {
  const now = await fingerprint([...before.keys()]);
  return [...before.keys()].filter((file) =>
    now.get(file) !== before.get(file)
  );
}

async function digest(file: string): Promise<string> {
  try {
    const bytes = await Deno.readFile(file);
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    if (error instanceof Deno.errors.PermissionDenied) return "unreadable";
    throw error;
  }
}
