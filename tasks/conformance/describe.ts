/**
 * Writes what has come of the checks for a person.
 *
 * @module
 */

import type { CheckResult } from "./run_checks.ts";

/** The width that a terminal has at the least. */
const COLUMNS = 80;
const OUTCOME_WIDTH = 6;
const GAP = "  ";

/** The names of the columns. */
export function describeHead(idWidth: number): string {
  return `${"CHECK".padEnd(idWidth)}${GAP}${
    "RESULT".padEnd(OUTCOME_WIDTH)
  }${GAP}WHAT A STAGE MUST DO`;
}

/** One row of the table, and below it what went wrong. */
export function describeResult(result: CheckResult, idWidth: number): string {
  const { id, sentence, outcome } = result;
  const indent = idWidth + GAP.length + OUTCOME_WIDTH + GAP.length;
  const said = outcome === "absent"
    ? `not offered: ${result.why}. ${sentence}`
    : sentence;
  const lines = wrap(said, COLUMNS - indent);
  const row = lines.map((line, at) =>
    at === 0
      ? `${id.padEnd(idWidth)}${GAP}${
        outcome.padEnd(OUTCOME_WIDTH)
      }${GAP}${line}`
      : `${" ".repeat(indent)}${line}`
  );
  if (outcome !== "FAILED") return row.join("\n");
  const { sent, came, expected } = result.evidence;
  const parts = { sent, came, expected, see: result.see };
  const evidence = Object.entries(parts).flatMap(([name, text]) =>
    wrap(text, COLUMNS - EVIDENCE).map((line, at) =>
      `${(at === 0 ? `  ${name}:` : "").padEnd(EVIDENCE)}${line}`
    )
  );
  return [...row, ...evidence].join("\n");
}

/** Where the text of evidence begins. */
const EVIDENCE = 13;

/** The last line: how many of each there are. */
export function describeSum(results: readonly CheckResult[]): string {
  const count = (outcome: CheckResult["outcome"]) =>
    results.filter((result) => result.outcome === outcome).length;
  return `${count("ok")} ok, ${count("FAILED")} failed, ${
    count("absent")
  } not offered`;
}

/** Cuts a text at blanks into lines of at most so many characters. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    const lines: string[] = [];
    let current = "";
    for (const word of line.split(" ")) {
      if (current !== "" && current.length + 1 + word.length > width) {
        lines.push(current);
        current = word;
      } else current = current === "" ? word : `${current} ${word}`;
      while (current.length > width) {
        lines.push(current.slice(0, width));
        current = current.slice(width);
      }
    }
    return [...lines, current];
  });
}
