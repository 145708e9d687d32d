/**
 * What aggregate tells the sink, in order: rejects as they come, now and then
 * that they are to be made safe, and at the end the results and the outcome.
 *
 * Two parts of the stage tell it something, each in its own time; here it
 * becomes one row of batches that follow one another without a gap.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Position, Reject } from "../../proto/pipeline/batches.ts";
import type { Interim } from "../../proto/types/pipeline/v1/Interim.ts";
import type { Outcome } from "../../proto/types/pipeline/v1/Outcome.ts";
import type { Result } from "../../proto/types/pipeline/v1/Result.ts";
import type { ResultBatch } from "../../proto/types/pipeline/v1/ResultBatch.ts";

/** What goes to the sink besides the positions. */
export interface Told {
  rejects?: readonly Reject[];
  /** Asks the sink to make the rejects so far safe. */
  sync?: boolean;
  /** Some of the results; all of them come before the outcome. */
  results?: Result[];
  /** Ends the results of a moment. */
  interim?: Interim;
  outcome?: Outcome;
}

/** Tells the sink things in the order of the calls. */
export interface SinkFeed {
  /**
   * Tells what there is since the call before, up to `end`.
   *
   * @returns When the stream has taken it, which may wait for the sink.
   */
  tell(end: Position, told: Told): Promise<void>;
}

/**
 * @param send Sends one batch; called again only when it has resolved.
 * @param from Where the sink stands.
 */
export function createSinkFeed(
  send: (batch: ResultBatch) => Promise<void> | undefined,
  from: Position,
): SinkFeed {
  let begin = from;
  let sent = Promise.resolve();
  return {
    tell(end, { rejects = [], sync = false, results, interim, outcome }) {
      const batch: ResultBatch = {
        begin,
        end,
        rejects: rejects.map((reject) => ({
          ...reject,
          text: Buffer.from(reject.text),
        })),
        sync,
        ...(results ? { results } : {}),
        ...(interim ? { interim } : {}),
        ...(outcome ? { outcome } : {}),
      };
      begin = end;
      sent = sent.then(() => send(batch));
      return sent;
    },
  };
}
