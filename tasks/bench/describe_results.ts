/**
 * Writes all that the benches have left in their file, for a person or a page.
 *
 * @module
 */

import { commandFor } from "../../runtime/program/command_name.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { describeBench } from "./describe.ts";
import { describeLatency } from "./describe_latency.ts";
import { describePeers } from "./peers/describe.ts";
import { type BenchResults, hasThroughput } from "./results_file.ts";
import type { TableStyle } from "./tables.ts";

/**
 * Writes each part that is there.
 *
 * @param path Where they are from, for a message.
 * @throws {UsageError} If there is none.
 */
export function describeResults(
  results: BenchResults,
  style: TableStyle,
  path: string,
): string {
  const parts = [
    ...(hasThroughput(results) ? [describeBench(results, style)] : []),
    ...(results.latency ? [describeLatency(results.latency, style)] : []),
    ...(results.peers ? [describePeers(results.peers, style)] : []),
  ];
  if (parts.length > 0) return parts.join("\n\n");
  throw new UsageError(
    `Cannot show "${path}": it holds no figures; \`${
      commandFor("bench")
    }\` measures some`,
  );
}
