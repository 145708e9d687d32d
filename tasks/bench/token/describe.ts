/**
 * Writes what `deno task bench:token` gave: the document, and a table for a
 * person.
 *
 * @module
 */

import { grouped } from "../../../runtime/program/numbers.ts";
import { formatTable } from "../../terminal/table.ts";
import { type Machine, machineLine } from "../machine.ts";
import type { Measured } from "./measure.ts";
import type { Figure } from "./pairs.ts";

/** What `--json` prints. */
export interface TokenDocument {
  command: "bench:token";
  /** When it ended, as ISO 8601. */
  date: string;
  /** True for a look with little of everything. */
  quick: boolean;
  machine: Machine;
  /** Pairs of runs that each row sums up. */
  rounds: number;
  elapsedMs: number;
  measured: Measured[];
}

/** What each figure is called, and the digits that it is written with. */
const FIGURES: Record<Figure, { name: string; digits: number }> = {
  p50Ms: { name: "p50, one after the other, ms", digits: 3 },
  callsPerSecond: { name: "calls/s, 64 in flight", digits: 0 },
  cpuMicrosPerCall: { name: "CPU µs a call", digits: 1 },
  eventsPerSecond: { name: "events/s", digits: 0 },
  cpuMicrosPerEvent: { name: "CPU µs an event", digits: 2 },
};

/** Writes the table, and what is needed to read it. */
export function describe(
  { machine, rounds, measured }: TokenDocument,
): string {
  const head = [
    ...["MEASURED", "FIGURE", "WITH", "WITHOUT"],
    ...["WITH ÷ WITHOUT", "LEAST..MOST"],
  ];
  const cells = measured.flatMap(({ subject, rows }) =>
    rows.map(({ figure, with: present, without, ratio }) => {
      const { name, digits } = FIGURES[figure];
      const write = (value: number) => grouped(value.toFixed(digits));
      return [
        subject,
        name,
        write(present.median),
        write(without.median),
        ratio.median.toFixed(3),
        `${ratio.min.toFixed(3)}..${ratio.max.toFixed(3)}`,
      ];
    })
  );
  return [
    machineLine(machine),
    formatTable([head, ...cells], { right: (column) => column > 1 }).trimEnd(),
    [
      `Medians of ${rounds} rounds. A ratio is of the two runs of one round, whose order changed each time.`,
      `CPU is that of all processes: server and caller, or the five stages. Results with and without were equal.`,
    ].join("\n"),
  ].join("\n\n");
}
