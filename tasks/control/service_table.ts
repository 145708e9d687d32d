/**
 * The table of services that the commands show.
 *
 * @module
 */

import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import { formatTable } from "../terminal/table.ts";
import { formatBytes, formatTime } from "../terminal/terminal.ts";

/** Of the columns below. */
const SERVICE_WEIGHTS = [
  { words: true },
  {},
  { leaveOut: 4 },
  { leaveOut: 6 },
  { leaveOut: 2 },
  { leaveOut: 7 },
  { leaveOut: 5 },
  { leaveOut: 3 },
  { words: true },
];

/** Writes snapshots as a table. */
export function serviceTable(snapshots: readonly MeasuredSnapshot[]): string {
  return formatTable([
    [
      "NAME",
      "STATE",
      "PID",
      "UPTIME",
      "RESTARTS",
      "CPU",
      "MEMORY",
      "ADDRESS",
      "DETAIL",
    ],
    ...snapshots.map((each) => [
      each.name,
      each.status,
      String(each.pid ?? "-"),
      each.uptimeMs === undefined ? "-" : formatTime(each.uptimeMs),
      String(each.restarts),
      each.cpuPercent === undefined ? "-" : `${each.cpuPercent.toFixed(1)}%`,
      each.rssBytes === undefined ? "-" : formatBytes(each.rssBytes),
      each.address ?? "-",
      [each.detail, ...each.notes ?? []].filter((words) => words !== "").join(
        "; ",
      ),
    ]),
  ], { weights: SERVICE_WEIGHTS });
}
