/**
 * Collects runs in which something was killed, and sums them up.
 *
 * A kill may come too late: the run is over before. Such a run shows nothing, and
 * another one takes its place.
 *
 * @module
 */

import { Failure } from "../../runtime/program/errors.ts";
import type { RunReport } from "../run/report.ts";
import { median } from "./statistics.ts";

/** A run that was to be disturbed. */
export interface KillRun {
  /** Its results and rejects were those of the undisturbed run. */
  right: boolean;
  report: Pick<RunReport, "recoveries" | "recoveryMs">;
}

/** What the rounds of one kind gave. Times are in milliseconds. */
export interface Rounds {
  rounds: number;
  right: number;
  /** Kills that came too late, in runs besides these. */
  late: number;
  recoveries: number;
  /** How long the chain was not open, in each round. */
  lostMs: { median: number; worst: number };
}

/** So many times the rounds are tried at the most. */
const MOST_TRIES = 3;

/**
 * Runs so many rounds in which the kill came in time.
 *
 * @param attempt Makes one run.
 * @throws {Failure} If too many came too late.
 */
export async function killRounds(
  rounds: number,
  attempt: (round: number) => Promise<KillRun>,
): Promise<Rounds> {
  const runs: KillRun[] = [];
  let late = 0;
  while (runs.length < rounds) {
    const run = await attempt(runs.length + 1);
    // A wrong result counts, however it came about.
    if (run.report.recoveries > 0 || !run.right) runs.push(run);
    else if (++late + rounds > rounds * MOST_TRIES) {
      throw new Failure(
        `Cannot measure recoveries: ${late} kills came when the run was over; --count=N makes it longer`,
      );
    }
  }
  const lost = runs.map(({ report }) => report.recoveryMs);
  return {
    rounds,
    right: runs.filter(({ right }) => right).length,
    late,
    recoveries: runs.reduce((sum, { report }) => sum + report.recoveries, 0),
    lostMs: lost.length > 0
      ? { median: median(lost), worst: Math.max(...lost) }
      : { median: 0, worst: 0 },
  };
}
