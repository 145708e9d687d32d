/**
 * The runs of the pipeline that were told of.
 *
 * @module
 */

import type { RunRecord } from "../wire.ts";
import type { Feed } from "./feed.ts";

/** The runs that are known. */
export interface RunsFeed extends Feed<"runs"> {
  /** All that is known of one. */
  get(id: string): RunRecord | undefined;
}

/** Nothing was told yet. */
export function createRunsFeed(): RunsFeed {
  return {
    get: () => undefined,
    snapshot: () => ({ kind: "snapshot", runs: [] }),
  };
}
