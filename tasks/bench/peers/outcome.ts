/**
 * Reads what a program has counted, and compares it with what it should have.
 *
 * @module
 */

import type { BuiltInRecord } from "../../../stages/sink/results.ts";
import { firstDifference, type Outcome } from "../same_results.ts";

/** What a program prints: events of the built-in shape. */
type Counted = Omit<Outcome, "results"> & { results: BuiltInRecord[] };

/**
 * Reads what a program printed. Its numbers may be written as it likes; a tag that
 * no event has may stand there with 0.
 *
 * @throws {SyntaxError} If it is not JSON.
 */
export function readOutcome(stdout: string): Outcome {
  const { events, rejected, filtered, results }: Counted = JSON.parse(stdout);
  return {
    events,
    rejected,
    filtered,
    results: results.map(({ key, count, sum, avg, min, max, tags }) => ({
      key,
      count,
      sum,
      avg,
      min,
      max,
      tags: Object.fromEntries(
        Object.entries(tags).map(([tag, counts]) => [
          tag,
          Object.fromEntries(
            Object.entries(counts).filter(([, count]) => count > 0),
          ),
        ]),
      ),
    })),
  };
}

/** What a program does with a line that is no event. */
export type BrokenLine = "counted" | "skipped" | "stops";

/**
 * Tells what a program did with broken lines.
 *
 * @param stdout What it printed over them; undefined if it failed.
 * @returns The first difference where it counted wrongly.
 */
export function judgeBrokenLines(
  expected: Outcome,
  stdout: string | undefined,
): BrokenLine | { difference: string } {
  if (stdout === undefined) return "stops";
  const actual = readOutcome(stdout);
  const difference = firstDifference(expected, actual);
  if (difference === undefined) return "counted";
  const { events, rejected, ...rest } = expected;
  const skipped = firstDifference(
    { events: events - rejected, rejected: 0, ...rest },
    actual,
  );
  return skipped === undefined ? "skipped" : { difference };
}
