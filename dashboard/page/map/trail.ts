/**
 * What has become of a service lately, in a few words a step.
 *
 * @module
 */

import type { EventRecord, ServiceStatus } from "../../wire.ts";

/** One after the other, what has happened to one service. */
export interface Trail {
  /** The unique name of the service or replica. */
  name: string;
  /** Of its first and last step that is told. */
  fromMs: number;
  toMs: number;
  /** "killed (SIGKILL)", "again in 1 s", "starting", "healthy"; "…" for others before. */
  steps: string[];
  /** The step from which on it was last broken; absent if it never was. */
  brokeAt?: number;
}

const BROKEN: ServiceStatus[] = ["backing_off", "unhealthy", "failed"];

/** Steps further apart than this belong to two trails. */
const PAUSE_MS = 30_000;
/** What crashes on and on has a trail of its last events, and no longer one. */
const MAX_EVENTS = 8;

/**
 * Joins events to trails, a service each, the newest first.
 *
 * @param events Oldest first; what is not about the state of a service is left
 * out.
 * @param most How many trails are wanted.
 */
export function trailsOf(
  events: readonly EventRecord[],
  most: number,
): Trail[] {
  const groups: EventRecord[][] = [];
  const last = new Map<string, EventRecord[]>();
  for (const event of events) {
    const { service, timeMs } = event;
    if (service === undefined || stepsOf(event).length === 0) continue;
    const group = last.get(service);
    const isSame = group && timeMs - group.at(-1)!.timeMs <= PAUSE_MS &&
      (!isBreak(event) || group.some(isBreak));
    if (isSame) {
      group.push(event);
      continue;
    }
    const begun = [event];
    groups.push(begun);
    last.set(service, begun);
  }
  return groups.map(trailOf)
    .sort((a, b) => b.toMs - a.toMs)
    .slice(0, most);
}

function isBreak({ status }: EventRecord): boolean {
  return BROKEN.includes(status!);
}

/** Tells events of one service, the last ones where they are many. */
function trailOf(group: readonly EventRecord[]): Trail {
  const told = group.slice(-MAX_EVENTS);
  const steps = told.length < group.length ? ["…"] : [];
  let brokeAt: number | undefined;
  for (const event of told) {
    if (isBreak(event)) brokeAt = steps.length;
    steps.push(...stepsOf(event));
  }
  return {
    name: told[0]!.service!,
    fromMs: told[0]!.timeMs,
    toMs: told.at(-1)!.timeMs,
    steps,
    ...(brokeAt === undefined ? {} : { brokeAt }),
  };
}

/**
 * Says what an event means for a service, in steps of a few words; none for what
 * is not about its state.
 */
export function stepsOf(event: EventRecord): string[] {
  if (event.type !== "service_state" || !event.status) return [];
  const { status, message } = event;
  switch (status) {
    case "backing_off":
    case "failed":
    case "exited": {
      const steps = message.split(";").map((part) => shorter(part.trim()));
      return status === "backing_off" ? steps : [...steps, status];
    }
    case "unhealthy":
      return [`unhealthy: ${message}`];
    case "healthy":
      return [message.startsWith("healthy") ? message : "healthy"];
    default:
      return [status];
  }
}

/** A part of a message as a step. */
function shorter(part: string): string {
  const signal = /^was ended by (SIG\w+)$/.exec(part)?.[1];
  if (signal) {
    return signal === "SIGKILL" ? "killed (SIGKILL)" : `ended by ${signal}`;
  }
  const delay = /^starts again in (\d+) ms$/.exec(part)?.[1];
  if (delay) return `again in ${seconds(Number(delay))}`;
  return part.replace(/^starts again/, "again");
}

function seconds(ms: number): string {
  return ms < 950 ? `${ms} ms` : `${Number((ms / 1_000).toFixed(1))} s`;
}
