/**
 * Which events somebody wants to see.
 *
 * @module
 */

import type { EventRecord } from "../../wire.ts";

/** What is asked for; nothing chosen means all. */
export interface EventFilter {
  services: readonly string[];
  types: readonly string[];
  /** Words; each must be found. */
  words: string;
}

/** Returns the events that fit, the newest first. */
export function wantedEvents(
  events: readonly EventRecord[],
  { services, types, words }: EventFilter,
): EventRecord[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return events.filter((event) => {
    if (types.length > 0 && !types.includes(typeName(event.type))) return false;
    if (services.length > 0 && !isOfOne(event.service, services)) return false;
    const text = [event.service, event.type, event.status, event.message]
      .join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  }).reverse();
}

/** The kinds that there are, in words. */
export function typesOf(
  events: readonly EventRecord[],
  chosen: readonly string[],
): string[] {
  return [...new Set([...events.map(({ type }) => typeName(type)), ...chosen])]
    .sort();
}

function typeName(type: string): string {
  return type.replaceAll("_", " ");
}

/** A service stands for its replicas, too. */
function isOfOne(
  service: string | undefined,
  services: readonly string[],
): boolean {
  return service !== undefined && services.some((each) =>
    service === each ||
    service.startsWith(`${each}-`) &&
      /^\d+$/.test(service.slice(each.length + 1))
  );
}
