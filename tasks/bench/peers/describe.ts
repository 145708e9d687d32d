/**
 * Writes what `deno task bench:peers` gave as tables, for a person or a page.
 *
 * @module
 */

import { grouped, quantity } from "../../../runtime/program/numbers.ts";
import { machineLine } from "../machine.ts";
import type { Spread } from "../statistics.ts";
import { type TableStyle, writeTable } from "../tables.ts";
import type { PeersDocument, PeersInput } from "./document.ts";

/** Columns that hold words. */
const WORDS = ["program", "version", "a broken line is"];

/** What a program does with a line that is no event. */
const BROKEN = {
  counted: "counted",
  skipped: "left out, and not counted",
  stops: "the end of the run",
} as const;

/** The tables: one for each file, and one of the programs. */
export function peersTables(
  { programs, inputs }: Pick<PeersDocument, "programs" | "inputs">,
  style: TableStyle,
) {
  return {
    inputs: inputs.map((input) => describeInput(input, style)),
    programs: writeTable(
      [
        ["program", "version", "a broken line is"],
        ...programs.map(({ name, version, brokenLine }) => [
          name,
          version,
          BROKEN[brokenLine],
        ]),
      ],
      style,
      WORDS,
    ),
  };
}

/** Writes the tables, and what is needed to read them. */
export function describePeers(
  document: PeersDocument,
  style: TableStyle = "terminal",
): string {
  const { machine, missing } = document;
  const { inputs, programs } = peersTables(document, style);
  return [
    machineLine(machine),
    ...inputs,
    programs,
    ...missing.map(({ name, remedy }) =>
      `${name} is not here: \`${remedy}\` brings it.`
    ),
    [
      `Medians of the rounds, over the same file. "wall s" is the time of the whole process, "start-up s" that of the`,
      `same program over a file of one event, "events/s started" the rate without it. "CPU µs" is the CPU time of all`,
      `processes an event. "÷ pipeline" compares whole processes of the same round: above 1 the program is faster.`,
      `Results of every run were those of the monolith.`,
    ].join("\n"),
  ].join("\n\n");
}

/** What a file is, its table, and what would have taken too long. */
function describeInput(input: PeersInput, style: TableStyle): string {
  const { events, inputBytes, rounds, leftOut } = input;
  return [
    `${grouped(events)} events, ${grouped(inputBytes)} bytes, ${
      quantity(rounds, "round")
    }:`,
    inputTable(input, style),
    ...leftOut.map(({ name, aboutMs }) =>
      `${name} was left out: it would take about ${seconds(aboutMs, 0)} s.`
    ),
  ].join("\n\n");
}

function inputTable({ rows }: PeersInput, style: TableStyle): string {
  const head = [
    ...["program", "wall s", "least..most", "start-up s", "events/s"],
    ...["events/s started", "CPU µs", "÷ pipeline", "least..most"],
  ];
  const cells = rows.map((row) => [
    row.name,
    seconds(row.wallMs.median, 2),
    range(row.wallMs, (ms) => seconds(ms, 2)),
    seconds(row.startupMs.median, 2),
    grouped(row.eventsPerSecond.median),
    grouped(row.eventsPerSecondStarted.median),
    row.cpuMicrosPerEvent?.median.toFixed(2) ?? "",
    row.toPipeline.median.toFixed(2),
    range(row.toPipeline, (ratio) => ratio.toFixed(2)),
  ]);
  return writeTable([head, ...cells], style, WORDS);
}

function range({ min, max }: Spread, write: (value: number) => string): string {
  return `${write(min)}..${write(max)}`;
}

function seconds(ms: number, digits: number): string {
  return (ms / 1_000).toFixed(digits);
}
