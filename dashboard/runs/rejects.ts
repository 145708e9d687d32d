/**
 * What a run has rejected, as its aggregate stage knows it: each line and event
 * once, whatever was read again.
 *
 * @module
 */

import type { RejectCount } from "../../proto/types/pipeline/v1/RejectCount.ts";
import type { StageName } from "../wire.ts";
import { numberOf } from "./numbers.ts";
import { stageOf } from "./stage_names.ts";

/** Counts of one moment. */
export interface Rejects {
  byReason: Record<string, number>;
  byStage: Partial<Record<StageName, number>>;
}

/** How many reasons are told apart. */
const MOST_REASONS = 100;
/** What stands for all others. */
const OTHER_REASONS = "other reasons";
/** The longest reason, in characters. */
const LONGEST_REASON = 300;

/** Adds up by reason, and by stage. */
export function rejectsOf(counts: readonly RejectCount[]): Rejects {
  // A reason may be called as anything of an object is.
  const byReason = new Map<string, number>();
  const byStage: Rejects["byStage"] = {};
  for (const { reason = "", stage = "", count } of counts) {
    const told = reason.slice(0, LONGEST_REASON);
    const isOwn = told !== "" &&
      (byReason.has(told) || byReason.size < MOST_REASONS);
    const about = isOwn ? told : OTHER_REASONS;
    byReason.set(about, (byReason.get(about) ?? 0) + numberOf(count));
    const by = stageOf(stage);
    if (by) byStage[by] = (byStage[by] ?? 0) + numberOf(count);
  }
  return { byReason: Object.fromEntries(byReason), byStage };
}
