/**
 * Tells the sink the results: those of a moment, as often as it is asked to, and
 * all of them at the end.
 *
 * Those of closed windows never change, and are told once.
 *
 * @module
 */

import type { Meter } from "../hop/meter.ts";
import type { Aggregate, Result } from "./aggregate.ts";
import { inParts } from "./result_parts.ts";
import type { SinkFeed } from "./sink_feed.ts";

/** Tells results; nothing may be counted until it has. */
export interface ResultFeed {
  /** Tells those that are not told. @returns How many there are in all. */
  tell(): Promise<number>;
  /** Tells them as those of this moment. */
  tellInterim(): Promise<void>;
}

/** What telling results takes. */
export interface ResultFeedOptions {
  aggregate: Pick<Aggregate, "position" | "closed" | "results">;
  feed: SinkFeed;
  meter: Pick<Meter, "processing">;
}

/** @param options Of a stream to which nothing has been told. */
export function createResultFeed(
  { aggregate, feed, meter }: ResultFeedOptions,
): ResultFeed {
  /** How many of closed windows are told. */
  let told = 0;
  const tell = async () => {
    let count = told;
    const parts = inParts(aggregate.results(told));
    let part: IteratorResult<Result[]>;
    while (!(part = meter.processing(() => parts.next())).done) {
      const results = part.value;
      count += results.length;
      await feed.tell(aggregate.position, { results });
    }
    return count;
  };
  return {
    tell,
    async tellInterim() {
      await tell();
      told = aggregate.closed;
      await feed.tell(aggregate.position, { interim: { closed: told } });
    },
  };
}
