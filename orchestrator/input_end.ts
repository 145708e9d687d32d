/**
 * Has ingest end an input that has no end by itself, whatever breaks meanwhile.
 *
 * Ingest is asked until it answers. Whenever the run is asked for again, it is
 * told so, since that ingest may be another process.
 *
 * @module
 */

import { IngestService } from "../proto/pipeline/contract.ts";
import { aborted, pause } from "../runtime/program/abort.ts";
import { Fault } from "../runtime/program/errors.ts";
import type { Connection } from "../runtime/rpc/connect.ts";

/** The end of a run's input. */
export interface InputEnd {
  /** Where it is, once it is known; undefined while the input goes on. */
  readonly offset: number | undefined;
  /** Notes that what is before `offset` was sent. */
  sent(offset: number): void;
  /** Asks ingest once it is to end, until it has answered, or `over`. */
  ask(
    ingest: Pick<Connection, "unary">,
    run: string,
    over: AbortSignal,
  ): Promise<void>;
}

/** Time until ingest is asked again, in milliseconds. */
const AGAIN_MS = 500;

/** @param finish Aborts when the input is to end. */
export function createInputEnd(finish: AbortSignal): InputEnd {
  let answered: number | undefined;
  let sentTo = 0;
  return {
    get offset() {
      return finish.aborted ? answered ?? sentTo : undefined;
    },
    sent(offset) {
      sentTo = Math.max(sentTo, offset);
    },
    async ask(ingest, run, over) {
      await aborted(AbortSignal.any([finish, over]));
      while (!over.aborted) {
        try {
          const { offset } = await ingest.unary(IngestService.Finish, { run }, {
            signal: over,
          });
          answered = offset;
          return;
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          await pause(AGAIN_MS, over);
        }
      }
    },
  };
}
