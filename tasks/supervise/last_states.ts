/**
 * The states in which the services of a supervisor were when it ended, from its
 * events.
 *
 * @module
 */

import type { Config } from "../../supervisor/config/config.ts";
import type { EventRecord } from "../../supervisor/events/event.ts";
import { openEventReader } from "../../supervisor/events/event_reader.ts";
import type {
  MeasuredSnapshot,
  Status,
} from "../../supervisor/service/snapshot.ts";

/** Returns the last state of each service that the supervisor `pid` ran. */
export async function lastStates(
  { stateDir, services }: Config,
  pid: number,
): Promise<MeasuredSnapshot[]> {
  using reader = openEventReader(stateDir);
  const records = await reader.readNew();
  const began = records.findLastIndex((record) =>
    record.type === "supervisor_started" && "pid" in record &&
    record.pid === pid
  );
  const last = new Map<string, EventRecord>();
  for (const record of began < 0 ? [] : records.slice(began)) {
    if (record.state) last.set(record.service ?? "", record);
  }
  return [...services.values()].flat().flatMap(({ name, service, looksOn }) => {
    const record = last.get(name);
    return record
      ? [{
        name,
        service,
        status: record.state as Status,
        restarts: restartsOf(record),
        detail: record.message,
        ...(looksOn ? { looksOn } : {}),
        ...exitOf(record),
      }]
      : [];
  });
}

function exitOf(record: EventRecord): Pick<MeasuredSnapshot, "exit"> {
  if (!("exitCode" in record)) return {};
  const signal = "signal" in record ? String(record.signal) : null;
  return {
    exit: {
      code: Number(record.exitCode),
      signal: signal as Deno.Signal | null,
    },
  };
}

function restartsOf(record: EventRecord): number {
  return "restarts" in record ? Number(record.restarts) : 0;
}
