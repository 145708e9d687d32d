/**
 * Sets what was measured with the token beside what was measured without it.
 * Decides and calculates only.
 *
 * @module
 */

import { type Spread, spreadOf } from "../statistics.ts";

/** Whether the processes that are measured have a token. */
export type Side = "with" | "without";

/** What is measured; microseconds are CPU time of all processes together. */
export type Figure =
  | "p50Ms"
  | "callsPerSecond"
  | "cpuMicrosPerCall"
  | "eventsPerSecond"
  | "cpuMicrosPerEvent";

/** What one run gave. */
export type Figures = Partial<Record<Figure, number>>;

/** What the two runs of one round gave. */
export type Pair = Record<Side, Figures>;

/** One figure of several rounds. */
export interface TokenRow {
  figure: Figure;
  with: Spread;
  without: Spread;
  /** With ÷ without, of the same round. */
  ratio: Spread;
}

/**
 * The order of a round, counted from 1: what comes second finds another machine
 * than what came first, so they change places each time.
 */
export function sidesOf(round: number): readonly [Side, Side] {
  return round % 2 === 1 ? ["with", "without"] : ["without", "with"];
}

/**
 * Sums up the rounds, a row for each figure.
 *
 * @throws {RangeError} If there are none, or a round lacks a figure.
 */
export function rowsOf(pairs: readonly Pair[]): TokenRow[] {
  const figures = Object.keys(pairs[0]?.with ?? {}) as Figure[];
  if (figures.length === 0) {
    throw new RangeError("Cannot sum up rounds: there are none");
  }
  return figures.map((figure) => {
    const values = pairs.map((pair) => ({
      with: valueOf(pair.with, figure),
      without: valueOf(pair.without, figure),
    }));
    return {
      figure,
      with: spreadOf(values.map((each) => each.with)),
      without: spreadOf(values.map((each) => each.without)),
      ratio: spreadOf(values.map((each) => each.with / each.without)),
    };
  });
}

function valueOf(figures: Figures, figure: Figure): number {
  const value = figures[figure];
  if (value !== undefined && value > 0) return value;
  throw new RangeError(`Cannot sum up rounds: "${figure}" is ${value}`);
}
