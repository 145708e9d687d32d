/**
 * Writes what `deno task bench --rate` gave as a table for a person.
 *
 * @module
 */

import { grouped } from "../../runtime/program/numbers.ts";
import type { LatencyDocument, LatencyRow } from "./latency_document.ts";
import { machineLine } from "./machine.ts";
import { type TableStyle, writeTable } from "./tables.ts";

/** From then on the feeder's own delay shows in the latency of small batches. */
const FEEDER_LATE_MS = 5;

/** Writes the table, and what is needed to read it. */
export function describeLatency(
  document: LatencyDocument,
  style: TableStyle = "terminal",
): string {
  const { rows, machine, rate, feedMs } = document;
  const late = rows.filter(isFeederLate);
  return [
    machineLine(machine),
    `${grouped(rate)} events a second for ${
      feedMs / 1_000
    } s; milliseconds from an event's line being read to the event being counted`,
    latencyTable(rows, style),
    ...(late.length > 0 ? [feederNote(late)] : []),
    [
      `"reached/s" counts the time until all were committed, so it is always a little below the rate. "CPU µs"`,
      `is that of all five stages for an event, "batch size" the mean of what ingest sent. Events that wait`,
      `outside, since the pipe is full, are not yet read: where a setting cannot keep up, the latency is only`,
      `that of what it took. Results of every run were those of the monolith.`,
    ].join("\n"),
  ].join("\n\n");
}

/** A line for each setting. */
export function latencyTable(
  rows: readonly LatencyRow[],
  style: TableStyle,
): string {
  const head = [
    ...["batch", "events", "reached/s", "p50 ms", "p95", "p99", "max"],
    ...["batch size", "CPU µs", "feeder late ms p99, max", "pace"],
  ];
  const cells = rows.map((row) => {
    const { p50, p95, p99, max } = row.latencyMs;
    const { lateMs } = row.feeder;
    return [
      row.batch,
      grouped(row.events),
      grouped(row.reachedPerSecond),
      ...[p50, p95, p99, max].map((ms) => ms.toFixed(2)),
      row.meanBatch.toFixed(1),
      row.cpuMicrosPerEvent.toFixed(2),
      `${lateMs.p99.toFixed(1)}, ${lateMs.max.toFixed(1)}`,
      row.keepsUp ? "keeps up" : "cannot keep up",
    ];
  });
  return writeTable([head, ...cells], style, ["pace"]);
}

function isFeederLate({ feeder }: LatencyRow): boolean {
  return feeder.lateMs.p99 > FEEDER_LATE_MS;
}

function feederNote(rows: readonly LatencyRow[]): string {
  return [
    `The feeder itself fell behind with batch ${
      rows.map(({ batch }) => batch).join(", ")
    }: it had to wait for a core, and then wrote`,
    `what was due at once. With fewer other programs running the figures would be smaller.`,
  ].join("\n");
}
