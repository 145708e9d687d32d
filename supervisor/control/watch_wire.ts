/**
 * How what somebody watches travels.
 *
 * service.ts calls one direction, client.ts the other.
 *
 * @module
 */

import type { WatchItem__Output } from "../../proto/types/supervisor/v1/WatchItem.ts";
import type {
  WatchUpdate as WireUpdate,
  WatchUpdate__Output,
} from "../../proto/types/supervisor/v1/WatchUpdate.ts";
import type { OutputChunk } from "../logs/output_listeners.ts";
import type { WatchItem, WatchUpdate } from "./commands.ts";
import { eventFromWire, eventToWire } from "./event_wire.ts";
import { serviceFromWire, serviceToWire } from "./service_wire.ts";

type Stream = OutputChunk["stream"];

/** Writes an update for the wire. */
export function updateToWire(
  { items, services = [] }: WatchUpdate,
): WireUpdate {
  return {
    items: items.map((item) => {
      if (item.type === "event") return { event: eventToWire(item.event) };
      const { stream, ...chunk } = item.chunk;
      return {
        output: {
          ...chunk,
          stream: stream.toUpperCase() as Uppercase<Stream>,
          lostLines: item.lostLines,
        },
      };
    }),
    services: services.map(serviceToWire),
  };
}

/** Reads an update from the wire. */
export function updateFromWire(
  { items, services }: WatchUpdate__Output,
): WatchUpdate {
  return {
    items: items.flatMap(itemFromWire),
    ...(services.length > 0 ? { services: services.map(serviceFromWire) } : {}),
  };
}

/** Of a kind that is not known, nothing. */
function itemFromWire({ output, event }: WatchItem__Output): WatchItem[] {
  if (event) return [{ type: "event", event: eventFromWire(event) }];
  if (!output) return [];
  const { lostLines, stream, ...chunk } = output;
  return [{
    type: "output",
    chunk: { ...chunk, stream: stream.toLowerCase() as Stream },
    lostLines,
  }];
}
