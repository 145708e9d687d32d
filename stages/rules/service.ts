/**
 * Serves the rules stage.
 *
 * @module
 */

import type { Opening, Schema } from "../../proto/pipeline/batches.ts";
import {
  AggregateService,
  RulesService,
} from "../../proto/pipeline/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { implement, type Implementation } from "../../runtime/rpc/handlers.ts";
import { openEvents } from "../events/event_batch.ts";
import type { Monitor } from "../hop/monitor.ts";
import type { NextConnections } from "../hop/opening.ts";
import { receiving } from "../hop/receiver.ts";
import { relay } from "../hop/relay.ts";
import type { Rules } from "./rules.ts";

/**
 * What a rules stage does: makes the rules for events of a schema.
 *
 * @throws {Fault} If no run can have them.
 */
export type RulesWork = (schema: Schema) => Rules | Promise<Rules>;

/** Options for {@linkcode rulesService}. */
export interface RulesServiceOptions {
  /** The run that the stage belongs to. @default {any} */
  run?: string | undefined;
  /** The aggregate stage, all its processes. */
  next: NextConnections;
  /** Which of the rules stage's processes this is. @default {0, the only one} */
  worker?: number;
  /** Looks at each opening. @default {nobody does} */
  monitor?: Monitor;
  /** What it does. */
  rules: RulesWork;
}

/** Builds the handlers of pipeline.v1.RulesService. */
export function rulesService(
  { next, rules, worker = 0, run, monitor }: RulesServiceOptions,
): Implementation {
  // What the events are is known when a stream opens.
  const opened = new WeakMap<Opening, Rules>();
  return implement({ Apply: receiving(RulesService.Apply) }, {
    Apply: relay({
      name: "rules",
      run,
      worker,
      monitor,
      async openNext(opening) {
        if (!opening.schema) {
          throw new Fault(
            "invalid",
            "Cannot apply the rules: the opening does not say what the events are",
          );
        }
        const made = await rules(opening.schema);
        opened.set(opening, made);
        return { ...opening, tags: made.tags };
      },
      start(opening, { position }) {
        const { fields, createTransform } = opened.get(opening)!;
        return {
          resume: { position, fields },
          transform: createTransform(),
          count(meter, batch, result) {
            meter.eventsIn += batch.rows;
            meter.eventsOut += result.rows;
          },
        };
      },
    }, {
      connections: next,
      method: AggregateService.Aggregate,
      open: openEvents,
    }),
  });
}
