/**
 * What must be the same for a run to be resumed, by the flag that says it.
 *
 * @module
 */

import type { Schema } from "../proto/pipeline/batches.ts";
import type { RunPlan } from "./plan.ts";

/** What decides the result, and where it goes. */
export function settingsOf(plan: RunPlan): Record<string, string> {
  return {
    "--input": plan.replay === undefined
      ? `${plan.inputs.join(", ")}${plan.follow ? ", followed" : ""}`
      : "none",
    "--replay": plan.replay ?? "none",
    "--output": plan.output,
    "--rejects": plan.rejects,
    ...schemaSettings(plan.schema),
    "--rules": JSON.stringify(plan.rules),
    "--max-line": String(plan.maxLine),
  };
}

/**
 * The built-in shape differs by its types only, and windows are flags. A run that
 * had too many groups may go on with more of them.
 */
function schemaSettings(
  { windows, builtIn, maxGroups: _, ...schema }: Schema,
): Record<string, string> {
  const [types] = schema.keys;
  return {
    "--types": builtIn
      ? types!.oneOf.map((type) => JSON.parse(type)).join(",")
      : "none",
    "--schema": builtIn ? "none" : JSON.stringify(schema),
    "--window": windows ? JSON.stringify(windows) : "none",
    "--other": String(schema.other),
  };
}
