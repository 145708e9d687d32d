/**
 * Says how a stage stands to whoever asks; costs nothing while nobody does.
 *
 * Tells what the meter of its stream has measured anyway. Counters begin anew
 * with each opening of the chain, and say since when.
 *
 * @module
 */

import { StageMonitorService } from "../../proto/pipeline/contract.ts";
import type { StageLook } from "../../proto/types/pipeline/v1/StageLook.ts";
import {
  implement,
  type Implementation,
  unary,
} from "../../runtime/rpc/handlers.ts";
import type { Meter } from "./meter.ts";

/** The results of aggregate, as they stand. */
export type ResultsNow = Pick<
  StageLook,
  "results" | "groups" | "complete" | "rejects" | "filtered"
>;

/** What a stage is looked at by. */
export interface Monitor {
  /**
   * Looks at another opening of the chain from now on.
   *
   * @param results What the stage has counted. @default {it counts nothing}
   */
  begin(meter: Meter, results?: () => ResultsNow): void;
  /**
   * Lets go of what a stream has counted that has failed.
   *
   * @param last Is told of it from now on. @default {nothing is}
   */
  forget(meter: Meter, last?: ResultsNow): void;
  look(): StageLook;
}

/** Starts before the chain is open. */
export function createMonitor(name: string): Monitor {
  let current: { meter: Meter; results?: () => ResultsNow } | undefined;
  let watched = false;
  let before = { batches: 0, events: 0 };
  let batch: number | undefined;
  return {
    begin(meter, results) {
      current = { meter, ...(results ? { results } : {}) };
      before = { batches: 0, events: 0 };
      if (watched) meter.crossing.watch();
    },
    forget(meter, last) {
      if (current?.meter !== meter) return;
      if (last) current.results = () => last;
      else delete current.results;
    },
    look() {
      watched = true;
      const look: StageLook = {
        name,
        timeMs: performance.timeOrigin + performance.now(),
      };
      if (!current) return look;
      const { meter, results } = current;
      const { crossing } = meter;
      crossing.watch();
      const { batches, events } = crossing;
      const sent = batches - before.batches;
      if (sent > 0) batch = Math.round((events - before.events) / sent);
      before = { batches, events };
      return {
        ...look,
        ...meter.look(),
        ...(batch === undefined ? {} : { batch }),
        ...results?.(),
      };
    },
  };
}

/** Builds the handlers of pipeline.v1.StageMonitorService. */
export function monitorService(
  monitor: Pick<Monitor, "look">,
): Implementation {
  return implement(StageMonitorService, { Look: unary(() => monitor.look()) });
}
