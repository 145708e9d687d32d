/**
 * How the commands show services: as a table, or as JSON. The shape of the JSON
 * is kept stable (docs/).
 *
 * @module
 */

import { Failure } from "../../runtime/program/errors.ts";
import { print } from "../../runtime/program/log.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";

/** One service as `--json` shows it; what does not apply is absent. */
export interface ServiceReport {
  name: string;
  state: string;
  pid?: number;
  restarts: number;
  uptimeMs?: number;
  cpuPercent?: number;
  rssBytes?: number;
  address?: string;
  /** The reason for the state, where there is one to tell. */
  detail?: string;
  /** What else is to be known of it, a sentence each. */
  notes?: readonly string[];
  /** When its schedule is due next, as ISO 8601. */
  nextRun?: string;
  /** When the last run that is over began, and with which code it ended. */
  lastRun?: string;
  lastExitCode?: number;
}

/** Returns a snapshot in the shape of `--json`. */
export function serviceReport(snapshot: MeasuredSnapshot): ServiceReport {
  const { name, status: state, pid, restarts, uptimeMs, detail } = snapshot;
  const { cpuPercent, rssBytes, address, notes = [] } = snapshot;
  const { nextRunMs, lastRunMs, lastExitCode } = snapshot;
  return {
    name,
    state,
    ...(pid === undefined ? {} : { pid }),
    restarts,
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    ...(cpuPercent === undefined
      ? {}
      : { cpuPercent: Math.round(cpuPercent * 10) / 10 }),
    ...(rssBytes === undefined ? {} : { rssBytes }),
    ...(address === undefined ? {} : { address }),
    ...(detail === "" ? {} : { detail }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(nextRunMs === undefined ? {} : { nextRun: isoOf(nextRunMs) }),
    ...(lastRunMs === undefined ? {} : { lastRun: isoOf(lastRunMs) }),
    ...(lastExitCode === undefined ? {} : { lastExitCode }),
  };
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** Prints services: as JSON, or as a table, which is loaded only then. */
export async function printServices(
  snapshots: readonly MeasuredSnapshot[],
  { json }: { json: boolean },
): Promise<void> {
  if (json) {
    return print(JSON.stringify(snapshots.map(serviceReport), undefined, 2));
  }
  const { serviceTable } = await import("./service_table.ts");
  print(serviceTable(snapshots).trimEnd());
}

/** True when a service does what it is there for, or has done it. */
export function isGood(
  { status, exit }: Pick<MeasuredSnapshot, "status" | "exit">,
): boolean {
  return status === "running" || status === "healthy" ||
    status === "scheduled" ||
    (status === "exited" && exit?.code === 0);
}

/**
 * Returns those whose end would be a failure of a command: the dashboard only
 * where it was named.
 *
 * @param words What the command line names.
 */
export function countedOf(
  services: readonly MeasuredSnapshot[],
  words: readonly string[] = [],
): MeasuredSnapshot[] {
  return services.filter(({ name, looksOn }) =>
    !looksOn || words.includes(name)
  );
}

/** @throws {Failure} Naming the services that are not as they should be. */
export function requireGood(
  services: readonly MeasuredSnapshot[],
  isRight: (service: MeasuredSnapshot) => boolean,
): void {
  const wrong = services.filter((each) => !isRight(each));
  if (wrong.length === 0) return;
  throw new Failure(
    wrong.map(({ name, status, detail }) =>
      `Service "${name}" is ${status}${detail === "" ? "" : `: ${detail}`}`
    ).join("\n"),
  );
}
