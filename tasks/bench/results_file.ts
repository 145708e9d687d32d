/**
 * The file in which the benches leave their figures.
 *
 * It is one document. Each bench writes its own part and leaves the other parts
 * as they are.
 *
 * @module
 */

import { replaceFile } from "../../runtime/files/replace_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import type { BenchDocument } from "./document.ts";
import type { LatencyDocument } from "./latency_document.ts";
import type { PeersDocument } from "./peers/document.ts";

/** What `bench/results.json` holds; a part that was never measured is absent. */
export type BenchResults = { command: "bench" } & Partial<BenchDocument> & {
  /** Of `deno task bench --rate`. */
  latency?: LatencyDocument;
  /** Of `deno task bench:peers`. */
  peers?: PeersDocument;
};

/** Said once figures are written where the page has them from. */
export const FOR_THE_PAGE =
  "; `deno task schema` puts the figures into docs/performance.md";

/**
 * Reads what earlier benches have left.
 *
 * @throws {UsageError} If the file holds something else.
 */
export async function readResults(path: string): Promise<BenchResults> {
  const cannot = `Cannot add to "${shortPath(path)}"`;
  let found: unknown;
  try {
    found = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { command: "bench" };
    const reason = error instanceof SyntaxError
      ? "it is not JSON"
      : error instanceof Deno.errors.IsADirectory
      ? "it is a folder"
      : error instanceof Deno.errors.PermissionDenied
      ? "permission denied"
      : undefined;
    if (!reason) throw error;
    throw new UsageError(`${cannot}: ${reason}; move it away`);
  }
  if (isResults(found)) return found;
  throw new UsageError(`${cannot}: it is not from a bench; move it away`);
}

/** True where the bench over the inputs has left its part. */
export function hasThroughput(
  results: BenchResults,
): results is BenchResults & BenchDocument {
  return results.rows !== undefined;
}

/** With the figures of a new run over the inputs, and what else there was. */
export function withThroughput(
  { latency, peers }: BenchResults,
  document: BenchDocument,
): BenchResults {
  return {
    ...document,
    ...(latency ? { latency } : {}),
    ...(peers ? { peers } : {}),
  };
}

/** With the latency of a new run, and what else there was. */
export function withLatency(
  results: BenchResults,
  latency: LatencyDocument,
): BenchResults {
  return { ...results, latency };
}

/** With the figures of a new run of other programs, and what else there was. */
export function withPeers(
  results: BenchResults,
  peers: PeersDocument,
): BenchResults {
  return { ...results, peers };
}

/** Writes the file, whole or not at all. */
export async function writeResults(
  path: string,
  results: BenchResults,
): Promise<void> {
  await replaceFile(path, toJson(results));
}

/** As it is written and printed, with its line end. */
export function toJson(results: BenchResults): string {
  return `${JSON.stringify(results, undefined, 2)}\n`;
}

function isResults(value: unknown): value is BenchResults {
  return typeof value === "object" && value !== null && "command" in value &&
    value.command === "bench";
}
