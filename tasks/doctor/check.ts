/**
 * What `doctor` finds out, and how it is written.
 *
 * @module
 */

/** How well it is. */
export type CheckState = "ok" | "warning" | "problem";

/** One thing that was looked at. */
export interface Check {
  /** What was looked at, in a word or two. */
  check: string;
  state: CheckState;
  /** What was found, in one line. */
  found: string;
  /** What to do about it, where it is not well. */
  remedy?: string;
}

/** Says that all is well. */
export function ok(check: string, found: string): Check {
  return { check, state: "ok", found };
}

/** Says what may become a problem, or a problem for some. */
export function warning(check: string, found: string, remedy: string): Check {
  return { check, state: "warning", found, remedy };
}

/** Says what keeps Denizen from working as it should. */
export function problem(check: string, found: string, remedy: string): Check {
  return { check, state: "problem", found, remedy };
}

/** Writes checks for a person, a line each, and a last one that sums them up. */
export function describeChecks(checks: readonly Check[]): string {
  const width = Math.max(0, ...checks.map(({ check }) => check.length));
  const lines = checks.map(({ check, state, found, remedy }) =>
    [
      state.padEnd("problem".length),
      check.padEnd(width),
      remedy === undefined ? found : `${found}; ${remedy}`,
    ].join("  ")
  );
  return [...lines, "", verdictOn(checks)].join("\n");
}

function verdictOn(checks: readonly Check[]): string {
  const of = (state: CheckState, word: string) => {
    const count = checks.filter((each) => each.state === state).length;
    return count === 0 ? [] : [`${count} ${word}${count === 1 ? "" : "s"}`];
  };
  const found = [...of("problem", "problem"), ...of("warning", "warning")];
  return found.length === 0
    ? "All is well"
    : found.join(" and ").replace(/^/, "Found ");
}
