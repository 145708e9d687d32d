/**
 * A batch of no events.
 *
 * @module
 */

import {
  type EventBatch,
  type Opening,
  START,
} from "../proto/pipeline/batches.ts";

/** The first message of a stream of events: it carries the opening only. */
export function openEvents(opening: Opening): EventBatch {
  return {
    opening,
    begin: START,
    end: START,
    type: new Uint16Array(),
    value: new Float64Array(),
    exact: [],
    columns: [],
    tags: [],
    work: [],
    scoreRow: new Uint32Array(),
    score: new Float64Array(),
    filtered: 0,
    rejects: [],
  };
}
