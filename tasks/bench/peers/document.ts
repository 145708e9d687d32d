/**
 * The document that `deno task bench:peers` writes.
 *
 * docs/performance.md says what each figure means.
 *
 * @module
 */

import type { Machine } from "../machine.ts";
import { type Spread, spreadOf } from "../statistics.ts";
import type { BrokenLine } from "./outcome.ts";
import { PIPELINE } from "./programs.ts";

/** Everything that was measured. */
export interface PeersDocument {
  /** When it ended, as ISO 8601. */
  date: string;
  /** True for a look with few events and rounds. */
  quick: boolean;
  machine: Machine;
  elapsedMs: number;
  programs: { name: string; version: string; brokenLine: BrokenLine }[];
  /** What was not there, and what brings it. */
  missing: { name: string; remedy: string }[];
  inputs: PeersInput[];
}

/** All programs over one file. */
export interface PeersInput {
  events: number;
  inputBytes: number;
  rounds: number;
  rows: PeersRow[];
  /** What would have taken too long, and about how long. */
  leftOut: { name: string; aboutMs: number }[];
}

/** One program over one file. Times are those of its whole process. */
export interface PeersRow {
  name: string;
  wallMs: Spread;
  /** The same program over a file of one event. */
  startupMs: Spread;
  eventsPerSecond: Spread;
  /** In the time that is left without the start-up of the same round. */
  eventsPerSecondStarted: Spread;
  /** CPU time of all its processes. */
  cpuMicrosPerEvent?: Spread;
  /** Events a second of the program ÷ those of the pipeline in the same round. */
  toPipeline: Spread;
}

/** What one run took, in milliseconds. */
export interface Timing {
  wallMs: number;
  startupMs: number;
  /** Undefined where the system does not say. */
  cpuMs: number | undefined;
}

/** What the programs took in one round, by name. */
export type PeersRound = Map<string, Timing>;

/** Sums up the rounds over one file. */
export function peersRows(
  events: number,
  rounds: readonly PeersRound[],
): PeersRow[] {
  const names = [...rounds[0]!.keys()];
  return names.map((name): PeersRow => {
    const pairs = rounds.map((round) => ({
      own: round.get(name)!,
      pipeline: round.get(PIPELINE)!,
    }));
    const runs = pairs.map(({ own }) => own);
    const cpu = runs.flatMap(({ cpuMs }) => cpuMs ?? []);
    return {
      name,
      wallMs: spreadOf(runs.map(({ wallMs }) => wallMs), 0),
      startupMs: spreadOf(runs.map(({ startupMs }) => startupMs), 0),
      eventsPerSecond: spreadOf(
        runs.map(({ wallMs }) => events * 1_000 / wallMs),
        0,
      ),
      eventsPerSecondStarted: spreadOf(
        runs.map(({ wallMs, startupMs }) =>
          // Of a file that takes no time to speak of, nothing would be left.
          events * 1_000 / Math.max(1, wallMs - startupMs)
        ),
        0,
      ),
      ...(cpu.length === runs.length
        ? {
          cpuMicrosPerEvent: spreadOf(
            cpu.map((cpuMs) => cpuMs * 1_000 / events),
            3,
          ),
        }
        : {}),
      toPipeline: spreadOf(
        pairs.map(({ own, pipeline }) => pipeline.wallMs / own.wallMs),
      ),
    };
  });
}

/** Says which programs would take too long over so many times the events. */
export function tooSlow(
  rows: readonly PeersRow[],
  factor: number,
  longestMs: number,
): PeersInput["leftOut"] {
  return rows.map(({ name, wallMs, startupMs }) => ({
    name,
    aboutMs: Math.round(
      startupMs.median + (wallMs.median - startupMs.median) * factor,
    ),
  })).filter(({ aboutMs }) => aboutMs > longestMs);
}
