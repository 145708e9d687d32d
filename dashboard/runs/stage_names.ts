/**
 * Which stage a process is of.
 *
 * @module
 */

import type { StageName } from "../wire.ts";

/** From the input to the results. */
export const STAGES = [
  "ingest",
  "parse",
  "rules",
  "aggregate",
  "sink",
] as const;

/** The stage of a process: "parse" of "parse.2"; undefined for any other name. */
export function stageOf(name: string): StageName | undefined {
  const [base] = name.split(".");
  return STAGES.find((stage) => stage === base);
}
