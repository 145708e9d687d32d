/**
 * Serves the parse stage.
 *
 * @module
 */

import type {
  EventBatch,
  Opening,
  RawBatch,
  Schema,
} from "../../proto/pipeline/batches.ts";
import { ParseService, RulesService } from "../../proto/pipeline/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { implement, type Implementation } from "../../runtime/rpc/handlers.ts";
import { openEvents } from "../events/event_batch.ts";
import type { Monitor } from "../hop/monitor.ts";
import type { NextConnections } from "../hop/opening.ts";
import { receiving } from "../hop/receiver.ts";
import { relay } from "../hop/relay.ts";
import type { EventFields } from "./rows.ts";

/**
 * What a parse stage does: makes the transform of a stream, once it is known what
 * the events are and what the rules read of them.
 *
 * The transform accounts for every line that is not blank: it is a row of the
 * batch, or one of its rejects.
 */
export type ParseWork = (
  events: EventFields,
) => (batch: RawBatch) => EventBatch;

/** Options for {@linkcode parseService}. */
export interface ParseServiceOptions {
  /** The run that the stage belongs to. @default {any} */
  run?: string | undefined;
  /** The rules stage, all its processes. */
  next: NextConnections;
  /** Which of the parse stage's processes this is. @default {0, the only one} */
  worker?: number;
  /** Looks at each opening. @default {nobody does} */
  monitor?: Monitor;
  /** What it does. */
  parse: ParseWork;
}

/** Builds the handlers of pipeline.v1.ParseService. */
export function parseService(
  { next, parse, worker = 0, run, monitor }: ParseServiceOptions,
): Implementation {
  return implement({ Parse: receiving(ParseService.Parse) }, {
    Parse: relay({
      name: "parse",
      run,
      worker,
      monitor,
      openNext: (opening) => ({ ...opening, schema: schemaOf(opening) }),
      start: (opening, { position, fields }) => ({
        resume: { position, fields: [] },
        transform: parse({ schema: schemaOf(opening), fields }),
        count(meter, { begin, end }, result) {
          meter.eventsIn += end.event - begin.event;
          meter.eventsOut += result.rows;
        },
      }),
    }, { connections: next, method: RulesService.Apply, open: openEvents }),
  });
}

/** What the events of a stream are. @throws {Fault} `invalid` if it says not. */
function schemaOf({ schema }: Opening): Schema {
  if (schema) return schema;
  throw new Fault(
    "invalid",
    "Cannot parse: the opening of the stream has no schema",
  );
}
