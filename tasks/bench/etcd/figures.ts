/**
 * What is measured while brokers, a server and etcd are killed.
 *
 * @module
 */

import type { CallFigures } from "./steady_calls.ts";

/** What happened, in the order in which it happens. */
export const EVENTS = [
  "undisturbed",
  "brokerKilled",
  "brokerFrozen",
  "serverKilled",
  "etcdAway",
  "etcdBack",
  "etcdEmpty",
] as const;

/** One of what happened. */
export type EventName = typeof EVENTS[number];

/** What came of it. */
export interface EventFigures extends CallFigures {
  /** How long it was looked at, in milliseconds. */
  elapsedMs: number;
  /** Until the registrations were right again, in milliseconds. */
  rightAfterMs?: number;
  /** How long one that runs was not registered, in milliseconds. */
  missedMs?: number;
}

/** What is measured. */
export interface OutageFigures {
  /** Of etcd. */
  version: string;
  callsPerSecond: number;
  /** How long etcd was away, in milliseconds. */
  awayMs: number;
  events: Record<EventName, EventFigures>;
  /** The lines that each program printed while etcd was away. */
  linesWhileAway: Record<string, string[]>;
}

/** What every run has to reach. */
export const TARGETS = {
  failed: 0,
  longestGapMs: 2_000,
  rightAfterMs: 30_000,
  missedMs: 0,
  linesWhileAway: 2,
};

/** Returns what falls short of the targets, in a line each. */
export function shortfalls(
  { events, linesWhileAway }: OutageFigures,
): string[] {
  const found: string[] = [];
  for (const name of EVENTS) {
    const { failed, reasons, longestGapMs, rightAfterMs = 0, missedMs = 0 } =
      events[name];
    const check = (value: number, most: number, what: string) => {
      if (value > most) found.push(`${name}: ${what}`);
    };
    check(failed, TARGETS.failed, `${failed} calls failed: ${reasons[0]}`);
    check(
      longestGapMs,
      TARGETS.longestGapMs,
      `no answer for ${Math.round(longestGapMs)} ms`,
    );
    check(
      rightAfterMs,
      TARGETS.rightAfterMs,
      `registrations were wrong for ${Math.round(rightAfterMs)} ms`,
    );
    check(
      missedMs,
      TARGETS.missedMs,
      `a server that runs was not registered for ${Math.round(missedMs)} ms`,
    );
  }
  for (const [name, lines] of Object.entries(linesWhileAway)) {
    if (lines.length <= TARGETS.linesWhileAway) continue;
    found.push(`etcdAway: ${name} printed ${lines.length} lines`);
  }
  return found;
}
