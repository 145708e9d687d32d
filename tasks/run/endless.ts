/**
 * Runs whose input does not end by itself: standard input, a pipe, or
 * a file that is followed.
 *
 * The first Ctrl-C or SIGTERM ends such a run in order; there is no other way
 * to see its results.
 *
 * @module
 */

import {
  type Interrupts,
  orderly,
  type OrderlyInterrupts,
} from "../../runtime/program/interrupts.ts";
import { log } from "../../runtime/program/log.ts";
import { findPipe } from "../../stages/ingest/input.ts";
import type { PlannedRun } from "./planned_run.ts";

/** Interrupts as a run takes them, which end it in order where it is endless. */
export async function interruptsOf(
  { inputs, generate, follow }: Pick<
    PlannedRun,
    "inputs" | "generate" | "follow"
  >,
  interrupts: Interrupts,
): Promise<OrderlyInterrupts> {
  const ordered = orderly(interrupts);
  const isEndless = follow ||
    !generate && await findPipe(inputs) !== undefined;
  if (!isEndless) return { ...ordered, begin() {} };
  ordered.finish.addEventListener(
    "abort",
    () =>
      log(
        "Reading no more: what was read goes through; interrupt again to end without results",
      ),
    { once: true },
  );
  return ordered;
}
