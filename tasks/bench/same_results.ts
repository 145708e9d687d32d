/**
 * Compares what two runs gave over the same input.
 *
 * @module
 */

import type { RunReport } from "../run/report.ts";

/** What two runs over one input must agree on, whatever their batches. */
export type Outcome = Pick<
  RunReport,
  "events" | "rejected" | "filtered" | "results"
>;

/**
 * Compares the outcome of two runs.
 *
 * @returns The first difference, for a message; undefined when there is none.
 */
export function firstDifference(
  expected: Outcome,
  actual: Outcome,
): string | undefined {
  const { events, rejected, filtered, results } = expected;
  return differ(
    { events, rejected, filtered, results: byKey(results) },
    {
      events: actual.events,
      rejected: actual.rejected,
      filtered: actual.filtered,
      results: byKey(actual.results),
    },
    "",
  );
}

/** The plain script sorts in its own way; those of other shapes stay in order. */
function byKey(results: Outcome["results"]): Record<string, unknown> {
  return Object.fromEntries(
    results.map((each, at) => [String(each["key"] ?? at), each]),
  );
}

function differ(
  expected: unknown,
  actual: unknown,
  path: string,
): string | undefined {
  if (!isObject(expected) || !isObject(actual)) {
    return Object.is(expected, actual)
      ? undefined
      : `${path} is ${JSON.stringify(actual)} and not ${
        JSON.stringify(expected)
      }`;
  }
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  for (const name of names) {
    const found = differ(
      expected[name],
      actual[name],
      path ? `${path}.${name}` : name,
    );
    if (found) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
