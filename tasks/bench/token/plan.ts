/**
 * How much `deno task bench:token` measures in a round.
 *
 * @module
 */

/** How much of each is measured. */
export interface TokenSizes {
  /** Rounds; each measures everything on both sides. */
  rounds: number;
  /** Calls one after the other. */
  calls: number;
  /** Calls with many open at a time. */
  inFlightCalls: number;
  /** The batch settings of the pipeline, and the events that each is given. */
  pipelines: readonly { batch: string; events: number }[];
}

/** For the record. Batches of one are slow: a tenth of the events suffices. */
export const RECORD: TokenSizes = {
  rounds: 7,
  calls: 5_000,
  inFlightCalls: 30_000,
  pipelines: [
    { batch: "1", events: 100_000 },
    { batch: "100", events: 1_000_000 },
    { batch: "auto", events: 1_000_000 },
  ],
};

/** For a look. */
export const QUICK: TokenSizes = {
  rounds: 2,
  calls: 1_000,
  inFlightCalls: 8_000,
  pipelines: [
    { batch: "1", events: 20_000 },
    { batch: "100", events: 200_000 },
    { batch: "auto", events: 200_000 },
  ],
};
