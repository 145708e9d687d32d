/**
 * What a run is called where several are shown.
 *
 * @module
 */

import { basename } from "node:path";
import { shortPath } from "../../runtime/program/paths.ts";
import { visibleInLine } from "../../runtime/program/visible_text.ts";
import type { PlannedRun } from "./planned_run.ts";

/** Inputs and where the results go, for a person. */
export function runTitle(
  { inputs, generate, output, outlets }: Pick<
    PlannedRun,
    "inputs" | "generate" | "output" | "outlets"
  >,
): string {
  const [first = "", ...others] = inputs;
  const from = generate
    ? "generated events"
    : first === "-"
    ? "standard input"
    : basename(first);
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  const to = outlets.output ? outlets.output.name : shortPath(output);
  return visibleInLine(
    `${from}${more} → ${to === "-" ? "standard output" : to}`,
  );
}
