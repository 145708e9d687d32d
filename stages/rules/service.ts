/**
 * Serves the rules stage.
 *
 * @module
 */

import {
  AggregateService,
  RulesService,
} from "../../proto/pipeline/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { Connection } from "../../runtime/rpc/connect.ts";
import { implement, type Implementation } from "../../runtime/rpc/handlers.ts";
import { openEvents } from "../events/event_batch.ts";
import { receiving } from "../hop/receiver.ts";
import { relay } from "../hop/relay.ts";
import type { Rules } from "./rules.ts";

/** Options for {@linkcode rulesService}. */
export interface RulesServiceOptions {
  /** The run that the stage belongs to. @default {any} */
  run?: string | undefined;
  /** The aggregate stage, all its processes. */
  next: readonly Connection[];
  /** Which of the rules stage's processes this is. @default {0, the only one} */
  worker?: number;
  /** The rules, or why no run can have them. */
  rules: Rules | Fault;
}

/** Builds the handlers of pipeline.v1.RulesService. */
export function rulesService(
  { next, rules, worker = 0, run }: RulesServiceOptions,
): Implementation {
  const usable = () => {
    if (rules instanceof Fault) throw rules;
    return rules;
  };
  return implement({ Apply: receiving(RulesService.Apply) }, {
    Apply: relay({
      name: "rules",
      run,
      worker,
      openNext: (opening) => ({ ...opening, tags: usable().tags }),
      start: ({ types }, { position }) => ({
        resume: { position, fields: usable().fields },
        transform: usable().createTransform(types),
        count(meter, batch, result) {
          meter.eventsIn += batch.type.length;
          meter.eventsOut += result.type.length;
        },
      }),
    }, {
      connections: next,
      method: AggregateService.Aggregate,
      open: openEvents,
    }),
  });
}
