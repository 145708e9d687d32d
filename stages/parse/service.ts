/**
 * Serves the parse stage.
 *
 * @module
 */

import type { Opening, Schema } from "../../proto/pipeline/batches.ts";
import { ParseService, RulesService } from "../../proto/pipeline/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { implement, type Implementation } from "../../runtime/rpc/handlers.ts";
import { openEvents } from "../events/event_batch.ts";
import type { NextConnections } from "../hop/opening.ts";
import { receiving } from "../hop/receiver.ts";
import { relay } from "../hop/relay.ts";
import { createParse } from "./parse.ts";

/** Options for {@linkcode parseService}. */
export interface ParseServiceOptions {
  /** The run that the stage belongs to. @default {any} */
  run?: string | undefined;
  /** The rules stage, all its processes. */
  next: NextConnections;
  /** Which of the parse stage's processes this is. @default {0, the only one} */
  worker?: number;
}

/** Builds the handlers of pipeline.v1.ParseService. */
export function parseService(
  { next, worker = 0, run }: ParseServiceOptions,
): Implementation {
  return implement({ Parse: receiving(ParseService.Parse) }, {
    Parse: relay({
      name: "parse",
      run,
      worker,
      openNext: (opening) => ({ ...opening, schema: schemaOf(opening) }),
      start: (opening, { position, fields }) => ({
        resume: { position, fields: [] },
        transform: createParse({ schema: schemaOf(opening), fields }),
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
