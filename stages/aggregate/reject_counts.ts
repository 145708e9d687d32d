/**
 * How often something was rejected, by stage and reason.
 *
 * @module
 */

/** So many reasons are told apart; all others of a stage count as one. */
const MOST_REASONS = 50;

/** How often a stage has rejected something for one reason. */
export interface RejectCount {
  /** Empty where that was not saved. */
  stage: string;
  /** Empty for all beyond the most that are told apart. */
  reason: string;
  count: number;
}

/** Counts by stage and reason. */
export interface RejectCounts {
  add(reject: Pick<RejectCount, "stage" | "reason">): void;
  all(): RejectCount[];
}

/**
 * Starts counting.
 *
 * @param before What was counted before. @default {nothing}
 */
export function createRejectCounts(
  before: readonly RejectCount[] = [],
): RejectCounts {
  const counts = before.map((each) => ({ ...each }));
  const byStage = new Map<string, Map<string, RejectCount>>();
  const stageOf = (stage: string) => {
    const known = byStage.get(stage);
    if (known) return known;
    const made = new Map<string, RejectCount>();
    byStage.set(stage, made);
    return made;
  };
  for (const each of counts) stageOf(each.stage).set(each.reason, each);
  const begin = (stage: string, reason: string): RejectCount => {
    const made = { stage, reason, count: 0 };
    counts.push(made);
    stageOf(stage).set(reason, made);
    return made;
  };
  return {
    add({ stage, reason }) {
      const known = stageOf(stage);
      const about = counts.length < MOST_REASONS ? reason : "";
      const found = known.get(reason) ?? known.get(about) ??
        begin(stage, about);
      found.count++;
    },
    all: () => counts.map((each) => ({ ...each })),
  };
}

/** Names what is not told of, so that all of them come to `total`. */
export function withUntold(
  counts: readonly RejectCount[],
  total: number,
): RejectCount[] {
  const untold = total - counts.reduce((sum, { count }) => sum + count, 0);
  return untold > 0
    ? [...counts, { stage: "", reason: "", count: untold }]
    : [...counts];
}
