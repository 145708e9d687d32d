/**
 * Puts the tables of a bench into a page, so that no figure is typed by hand.
 *
 * A table stands between `<!-- bench NAME -->` and `<!-- end -->`.
 *
 * @module
 */

import { benchTables } from "../bench/describe.ts";
import { latencyTable } from "../bench/describe_latency.ts";
import { machineLine } from "../bench/machine.ts";
import { peersTables } from "../bench/peers/describe.ts";
import type { BenchResults } from "../bench/results_file.ts";

/** A place in the page, with its name and what stands there. */
const PLACE = /(<!-- bench ([\w-]+) -->\n).*?(\n<!-- end -->)/gs;

/**
 * Returns the page with the tables of these results in their places.
 *
 * @throws {RangeError} If the page has a place for what there is not.
 */
export function withTables(page: string, results: BenchResults): string {
  const tables = tablesOf(results);
  return page.replaceAll(PLACE, (_, begin: string, name: string, end) => {
    const table = tables[name];
    if (table === undefined) {
      throw new RangeError(
        `Cannot write the table "${name}": there is ${
          Object.keys(tables).join(", ")
        }`,
      );
    }
    return `${begin}\n${table}\n${end}`;
  });
}

function tablesOf(results: BenchResults): Record<string, string> {
  const { rows = [], growth = [], machine, latency, peers } = results;
  return {
    ...(machine ? { machine: `${machineLine(machine)}:` } : {}),
    ...benchTables({ rows, growth }, "markdown"),
    ...(latency
      ? {
        "latency-machine": `${machineLine(latency.machine)}:`,
        latency: latencyTable(latency.rows, "markdown"),
      }
      : {}),
    ...(peers ? peersOf(peers) : {}),
  };
}

function peersOf(
  peers: NonNullable<BenchResults["peers"]>,
): Record<string, string> {
  const { inputs, programs } = peersTables(peers, "markdown");
  return {
    "peers-machine": `${machineLine(peers.machine)}:`,
    peers: inputs.join("\n\n"),
    "peers-programs": programs,
  };
}
