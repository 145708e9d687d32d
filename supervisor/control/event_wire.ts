/**
 * How events travel between the supervisor and whoever follows them.
 *
 * @module
 */

import type { Event__Output } from "../../proto/types/supervisor/v1/Event.ts";
import type { SupervisorEvent } from "../events/event.ts";
import { present, statusFromWire, statusToWire } from "./service_wire.ts";

type EventType = SupervisorEvent["type"];

/** The fields that an event of each type has besides those of all. */
const FIELDS: Record<EventType, readonly (keyof Event__Output)[]> = {
  "service_state": [
    "service",
    "pid",
    "restarts",
    "exitCode",
    "signal",
    "asked",
    "crashLoop",
  ],
  "service_restarting": ["service", "cause"],
  "memory_exceeded": ["service", "pid", "rssBytes", "limitBytes"],
  "run_skipped": ["service", "dueMs"],
  "runs_missed": ["service", "runs", "dueMs"],
  "source_broken": ["service"],
  "service_note": ["service"],
  "config_reloaded": ["services"],
  "output_lost": ["service", "output", "lines"],
  "service_scaled": ["service", "replicas"],
  "supervisor_started": ["pid"],
  "state_renewed": [],
  "supervisor_stopping": [],
  "supervisor_stopped": [],
  "events_lost": ["from"],
};

/** Writes an event for the wire. */
export function eventToWire({ type, ...event }: SupervisorEvent) {
  const wire = { ...event, type: type.toUpperCase() as Uppercase<EventType> };
  if (!("status" in wire)) return wire;
  return {
    ...wire,
    status: statusToWire(wire.status),
    previous: statusToWire(wire.previous),
  };
}

/** Reads an event from the wire; of a type that is not known, what all have. */
export function eventFromWire(wire: Event__Output): SupervisorEvent {
  const { sequence, timeMs, message, status, previous } = wire;
  const type = wire.type.toLowerCase() as EventType;
  const { service, ...fields } = present(wire, FIELDS[type] ?? []);
  return {
    type,
    sequence,
    timeMs,
    message,
    ...(service ? { service } : {}),
    ...fields,
    ...(type === "service_state"
      ? {
        status: statusFromWire(status),
        previous: statusFromWire(previous),
      }
      : {}),
  } as SupervisorEvent;
}
