/**
 * Writes the results so far of a run that goes on: in the place of those before,
 * as rows of a database, or into a file for whoever appends them to something.
 *
 * Waits for nobody: what is in the way, such as a database that is locked, only
 * means that there are none this time.
 *
 * A file that is handed over has a {@linkcode SoFarHead} as its first line, then
 * results as NDJSON. It is whole when it has its name; whoever has read it
 * removes it, and until then there is no other.
 *
 * @module
 */

import { isThere } from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { chooseRecords } from "./choose_records.ts";
import { formatRecords, type RecordKind } from "./formats.ts";
import type { ResultRecord } from "./results.ts";
import { type SinkPaths, unfinished, type Writing } from "./sink_files.ts";

/** What the results that are handed over are. */
export interface SoFarHead {
  /** The number of the first: so many of closed windows were handed over. */
  from: number;
  /** Those before this number are of closed windows; the others come after. */
  closed: number;
}

/** Writes results so far. */
export interface SoFarWriter {
  /**
   * Writes them, or leaves them out; what fails is logged.
   *
   * @param records All of them.
   * @param closed So many of them, the first, are of closed windows.
   * @param signal Ends it.
   */
  write(
    records: readonly ResultRecord[],
    closed: number,
    signal: AbortSignal,
  ): Promise<void>;
}

/** What writing them takes. */
export interface SoFarOptions {
  kind: RecordKind;
  writeFile(path: string, parts: AsyncIterable<string>): Promise<void>;
}

/** @param paths Of a run of which nothing was written since the sink began. */
export function createSoFarWriter(
  paths: SinkPaths,
  { kind, writeFile }: SoFarOptions,
): SoFarWriter {
  const { output, run } = paths;
  const { format, ...choice }: Writing = paths.writing ?? { format: "ndjson" };
  const files = unfinished(paths);
  /** So many of closed windows were handed over. */
  let handed = 0;
  let problem: string | undefined;

  const handOver = async (
    records: readonly ResultRecord[],
    closed: number,
    signal: AbortSignal,
  ) => {
    if (await isThere(files.soFar!)) return;
    const head: SoFarHead = { from: handed, closed };
    const parts = formatRecords(
      "ndjson",
      [head, ...records.slice(handed)],
      kind,
    );
    await writeFile(files.output!, until(signal, parts));
    await Deno.rename(files.output!, files.soFar!);
    handed = closed;
  };
  /** @returns What is in the way. */
  const write = async (
    records: readonly ResultRecord[],
    closed: number,
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    if (files.soFar !== undefined) {
      await handOver(records, closed, signal);
      return undefined;
    }
    const chosen = chooseRecords(records, choice, kind);
    if (format === "sqlite") {
      const { writeResultsSoFar } = await import("./database.ts");
      const rows = { run, records: chosen, kind };
      return await writeResultsSoFar(output, rows, signal)
        ? undefined
        : "it is locked by another program";
    }
    const parts = formatRecords(format, chosen, kind);
    await writeFile(files.output!, until(signal, parts));
    await Deno.rename(files.output!, output);
    return undefined;
  };
  return {
    async write(records, closed, signal) {
      let found: string | undefined;
      try {
        found = await write(records, closed, signal);
      } catch (error) {
        // The run is over, or goes on with another stream.
        if (signal.aborted) return;
        found = error instanceof Fault ? error.message : systemReason(error);
      }
      if (found !== undefined && found !== problem) {
        log(
          `The results so far are left out of "${output}" until they can be written: ${found}`,
        );
      }
      problem = found;
    },
  };
}

async function* until(
  signal: AbortSignal,
  parts: AsyncIterable<string>,
): AsyncGenerator<string> {
  for await (const part of parts) {
    signal.throwIfAborted();
    yield part;
  }
}
