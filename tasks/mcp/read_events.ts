/**
 * What happened to the services, from the files of the events.
 *
 * @module
 */

import type { EventRecord } from "../../supervisor/events/event.ts";
import { namedMoment } from "../control/since_flag.ts";
import type { Answer } from "./answer.ts";
import { isNamed, type Place, requireNames } from "./place.ts";

/** What may be asked. */
export interface EventsQuestion {
  services?: readonly string[] | undefined;
  types?: readonly string[] | undefined;
  /** As `logs --since` has it. */
  since?: string | undefined;
  /** Only events with a lower number. */
  before?: number | undefined;
  tail?: number | undefined;
}

/** As many as are given where nobody says a number. */
export const USUAL_EVENTS = 100;

/**
 * Answers with the last events that are wanted, oldest first.
 *
 * @throws {UsageError} If there is no such service, or no such time.
 */
export async function readEvents(
  place: Place,
  { services = [], types = [], since, before = Infinity, tail = USUAL_EVENTS }:
    EventsQuestion,
): Promise<Answer> {
  const records = await place.events();
  const named = records.flatMap(({ service }) =>
    service === undefined ? [] : [{ name: service }]
  );
  if (named.length > 0) requireNames(services, named);
  const from = new Date(since === undefined ? 0 : namedMoment("since", since))
    .toISOString();
  const wanted = records.filter(({ sequence, time, type, service }) =>
    sequence < before && time >= from &&
    (types.length === 0 || types.includes(type)) &&
    (services.length === 0 ||
      service !== undefined && isNamed({ name: service }, services))
  );
  const last = wanted.slice(Math.max(0, wanted.length - tail));
  return {
    says: [
      records.length === 0
        ? `No supervisor of "${place.config}" has left any event.`
        : last.length === 0
        ? `No event is as wanted. Types that there are: ${typesOf(records)}.`
        : "Each line: number, time, service, change of state, what happened; the oldest first.",
    ],
    data: last.map(describeRecord),
    keep: "last",
    left: wanted.length - last.length,
    rest: `they are older; ask with before=${last[0]?.sequence ?? "NUMBER"}`,
  };
}

function typesOf(records: readonly EventRecord[]): string {
  return [...new Set(records.map(({ type }) => type))].toSorted().join(", ");
}

/** Writes an event as one line. */
export function describeRecord(
  { sequence, time, type, service, previous, state, message }: EventRecord,
): string {
  const change = state === undefined
    ? type
    : previous === state
    ? state
    : `${previous} -> ${state}`;
  return `${sequence} ${time} ${
    service ?? "supervisor"
  } [${change}] ${message}`;
}
