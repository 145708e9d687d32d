/**
 * What a run is to do: its files, checked and with absolute paths, and its
 * numbers.
 *
 * @module
 */

import type { Schema } from "../proto/pipeline/batches.ts";
import type { Rule } from "../stages/rules/rules_file.ts";
import type { Writing } from "../stages/sink/sink.ts";
import { withGenerations } from "../stages/events/places.ts";
import type { Batching, BatchSize } from "./batching.ts";

/** What to run, with every file found and checked. */
export interface RunPlan {
  /** As it was asked for, and what that means. */
  batch: BatchSize;
  batching: Batching;
  maxLine: number;
  /** Takes an input that does not look like lines of JSON. @default {false} */
  anyInput?: boolean;
  /** The input, where it is a rejects file whose lines are run again. */
  replay?: string | undefined;
  /** Follows the last input as it grows and is rotated. @default {false} */
  follow?: boolean;
  /** Goes on where that has lost bytes. @default {false} */
  allowGap?: boolean;
  maxRejects: number | undefined;
  /** What the events are. */
  schema: Schema;
  /**
   * Absolute paths; an input may be "-", and there is at least one. Without links: the right to a link
   * is none to what it names.
   */
  inputs: readonly string[];
  output: string;
  rejects: string;
  /** How the results are written. @default {all of them, as NDJSON} */
  writing?: Writing;
  /**
   * The least time from one writing of the results so far to the next, in
   * milliseconds. @default {they are written at the end only}
   */
  everyMs?: number | undefined;
  /** Hands results so far over, to be appended to something. @default {false} */
  appended?: boolean;
  /** Undefined where there are no rules. */
  rulesPath: string | undefined;
  rules: Rule[];
}

/** The inputs by the ranges of offsets they have; a followed one has many. */
export function rangesOf(
  { inputs, follow }: Pick<RunPlan, "inputs" | "follow">,
): readonly string[] {
  return follow ? withGenerations(inputs) : inputs;
}
