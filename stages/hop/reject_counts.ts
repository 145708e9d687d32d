/**
 * How often a stage has rejected something, by reason.
 *
 * @module
 */

import type { RejectCount } from "../../proto/types/pipeline/v1/RejectCount.ts";

/** So many reasons are told apart; all others count as one without words. */
const MOST_REASONS = 50;

/** Counts by reason. */
export interface RejectCounts {
  add(reason: string): void;
  all(): RejectCount[];
}

/** Starts with none. */
export function createRejectCounts(): RejectCounts {
  const counts = new Map<string, number>();
  return {
    add(reason) {
      const known = counts.get(reason);
      if (known !== undefined) return void counts.set(reason, known + 1);
      const about = counts.size < MOST_REASONS ? reason : "";
      counts.set(about, (counts.get(about) ?? 0) + 1);
    },
    all: () => [...counts].map(([reason, count]) => ({ reason, count })),
  };
}
