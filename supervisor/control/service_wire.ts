/**
 * How what a service is doing travels between the supervisor and its commands.
 *
 * @module
 */

import type { Service__Output } from "../../proto/types/supervisor/v1/Service.ts";
import type { MeasuredSnapshot, Status } from "../service/snapshot.ts";

/** Writes a service for the wire. */
export function serviceToWire(
  { status, notes = [], exit, ...rest }: MeasuredSnapshot,
) {
  return {
    ...rest,
    status: statusToWire(status),
    ...(exit ? { exitCode: exit.code } : {}),
    ...(exit?.signal ? { signal: exit.signal } : {}),
    notes: [...notes],
  };
}

/** Reads a service from the wire. */
export function serviceFromWire(wire: Service__Output): MeasuredSnapshot {
  return {
    name: wire.name,
    service: wire.service,
    status: statusFromWire(wire.status),
    restarts: wire.restarts,
    detail: wire.detail,
    notes: wire.notes,
    ...(wire.looksOn ? { looksOn: true } : {}),
    ...(typeof wire.exitCode === "number"
      ? {
        exit: {
          code: wire.exitCode,
          signal: (wire.signal ?? null) as Deno.Signal | null,
        },
      }
      : {}),
    ...present(wire, [
      "pid",
      "uptimeMs",
      "cpuPercent",
      "rssBytes",
      "address",
      "nextRunMs",
      "lastRunMs",
      "lastExitCode",
      "hint",
    ]),
  };
}

/** Writes a status for the wire. */
export function statusToWire(status: Status): Uppercase<Status> {
  return status.toUpperCase() as Uppercase<Status>;
}

/** Reads a status from the wire. */
export function statusFromWire(status: string): Status {
  return status.toLowerCase() as Status;
}

/** Picks the fields that are set; an optional one that is not is absent. */
export function present<T extends object, K extends keyof T>(
  wire: T,
  names: readonly K[],
): { [Name in K]?: NonNullable<T[Name]> } {
  return Object.fromEntries(
    names.filter((name) => wire[name] !== undefined && wire[name] !== null)
      .map((name) => [name, wire[name]]),
  ) as { [Name in K]?: NonNullable<T[Name]> };
}
