/**
 * The sink stage: writes rejects as they come and the results at the end.
 *
 * Both files are written under another name and renamed when they are whole,
 * the results last: where there is a result file, it is a complete one.
 *
 * @module
 */

import type { Reject } from "../proto/pipeline/batches.ts";
import type { Result } from "./aggregate.ts";
import { rejectLine, resultLines } from "./results.ts";

/** Where the sink writes. */
export interface SinkPaths {
  /** The result file. */
  output: string;
  /** The rejects file. */
  rejects: string;
}

/** The files of one run, being written. */
export interface Sink extends AsyncDisposable {
  /** Bytes written so far. */
  readonly bytes: number;
  /** Writes rejects after those before them. */
  writeRejects(rejects: readonly Reject[]): Promise<void>;
  /** Puts both files in place. */
  commit(results: readonly Result[]): Promise<void>;
  /** Puts the rejects file in place and writes no results. */
  keepRejects(): Promise<void>;
}

/** The name a file has until it is whole. */
export function partialPath(path: string): string {
  return `${path}.partial`;
}

/**
 * Opens the files of a run. Disposing of the sink removes what has not been
 * put in place.
 *
 * @throws {Deno.errors.PermissionDenied} And what else opening a file can throw.
 */
export async function openSink(paths: SinkPaths): Promise<Sink> {
  const encoder = new TextEncoder();
  const rejectsFile = await Deno.open(partialPath(paths.rejects), {
    write: true,
    create: true,
    truncate: true,
  });
  let bytes = 0;
  let open = true;

  const write = async (file: Deno.FsFile, text: string) => {
    const encoded = encoder.encode(text);
    for (let at = 0; at < encoded.length;) {
      at += await file.write(encoded.subarray(at));
    }
    bytes += encoded.length;
  };
  const keepRejects = async () => {
    await rejectsFile.syncData();
    rejectsFile.close();
    open = false;
    await Deno.rename(partialPath(paths.rejects), paths.rejects);
  };
  return {
    get bytes() {
      return bytes;
    },
    async writeRejects(rejects) {
      if (rejects.length === 0) return;
      await write(rejectsFile, rejects.map(rejectLine).join(""));
    },
    keepRejects,
    async commit(results) {
      const partial = partialPath(paths.output);
      using file = await Deno.open(partial, {
        write: true,
        create: true,
        truncate: true,
      });
      await write(file, resultLines(results));
      await file.syncData();
      await keepRejects();
      await Deno.rename(partial, paths.output);
    },
    async [Symbol.asyncDispose]() {
      if (open) rejectsFile.close();
      open = false;
      await removeIfThere(partialPath(paths.rejects));
      await removeIfThere(partialPath(paths.output));
    },
  };
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
