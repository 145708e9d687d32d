/**
 * How `reload` and `scale` show what has changed in the config.
 *
 * @module
 */

import { print } from "../../runtime/program/log.ts";
import type {
  ConfigOutcome,
  ServiceChange,
} from "../../supervisor/control/client.ts";
import { formatTable } from "../terminal/table.ts";
import {
  countedOf,
  isGood,
  requireGood,
  serviceReport,
} from "./service_report.ts";

/**
 * Prints what a change of the config has done, or would do.
 *
 * @throws {Failure} If something that it started is not up.
 */
export function printOutcome(
  { changes, services }: ConfigOutcome,
  { json }: { json: boolean },
): void {
  print(
    json
      ? JSON.stringify(
        { changes, services: services.map(serviceReport) },
        undefined,
        2,
      )
      : changeTable(changes).trimEnd(),
  );
  requireGood(countedOf(services), isGood);
}

/** Writes changes as a table. */
export function changeTable(changes: readonly ServiceChange[]): string {
  return formatTable([
    ["SERVICE", "CHANGE", "KEYS", "ACTION"],
    ...changes.map((each) => [
      each.service,
      each.change,
      each.keys.join(", ") || "-",
      describeAction(each),
    ]),
  ], {
    weights: [
      { words: true },
      {},
      { leaveOut: 1, words: true },
      { words: true },
    ],
  });
}

function describeAction(
  { change, starts, stops, restarts, note }: ServiceChange,
): string {
  const acts = [["stop", stops], ["start", starts], ["restart", restarts]]
    .flatMap(([verb, names]) =>
      names!.length > 0 ? [`${verb} ${(names as string[]).join(", ")}`] : []
    );
  const none = change === "changed" && note === "" ? ["no restart needed"] : [];
  const said = [...acts.length > 0 ? acts : none, ...note ? [note] : []];
  return said.join("; ") || "-";
}
