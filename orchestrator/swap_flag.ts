/**
 * Swaps that are asked for at the start of a run, each for a given point of it.
 *
 * ```
 * --swap=parse@50%:rust,aggregate@2s
 * ```
 *
 * @module
 */

import { Failure, UsageError } from "../runtime/program/errors.ts";
import type { Flag } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import { type StageName, STAGES } from "../stages/names.ts";
import { type Planned, readWhen, type When } from "./moments.ts";
import type { SwapRequest, Swaps } from "./swaps.ts";
import { parseWorkerName } from "./workers.ts";

/** A swap, and when. */
export interface PlannedSwap extends SwapRequest {
  /** As it was written. */
  text: string;
  when: When;
}

/** The flag `--swap`. */
export const swapFlag: Flag<PlannedSwap[]> = {
  placeholder: "STAGE@WHEN[:VARIANT],...",
  help:
    "exchange the processes of stages, as in parse@50%:rust; without a variant for new ones of the same",
  defaultText: "none",
  fallback: [],
  repeats: true,
  read: (value) => value.split(",").map(readPlanned),
};

function readPlanned(text: string): PlannedSwap {
  const [, stage, when, variant] =
    /^([^@:]*)@([^:]*)(?::([^:]+))?$/.exec(text) ?? [];
  if (stage === undefined || when === undefined) {
    throw new UsageError(
      `expected STAGE@WHEN or STAGE@WHEN:VARIANT, as in parse@50%:rust, and found "${text}"`,
    );
  }
  return { text, when: readWhen(when), ...requestOf(stage, variant) };
}

/** Reads `parse` or `parse=rust`. @throws {UsageError} If it names no stage. */
export function readSwap(text: string): SwapRequest {
  const [, stage, variant] = /^([^=]*)(?:=(.+))?$/.exec(text) ?? [];
  if (stage === undefined) {
    throw new UsageError(
      `expected STAGE or STAGE=VARIANT, as in parse=rust, and found "${text}"`,
    );
  }
  return requestOf(stage, variant);
}

function requestOf(name: string, variant: string | undefined): SwapRequest {
  const stage = STAGES.find((each) => each === name);
  if (stage) return variant === undefined ? { stage } : { stage, variant };
  const worker = parseWorkerName(name);
  throw new UsageError(
    worker
      ? `the processes of a stage are swapped together: name "${worker.stage}"`
      : `there is no stage "${name}"${suggestionOrAll(name, STAGES)}`,
  );
}

/** The swaps as what is to happen in a run. One waits for the end of another. */
export function plannedSwaps(
  planned: readonly PlannedSwap[],
  swaps: Swaps,
): Planned[] {
  const begun = new Set<StageName>();
  return planned.map(({ text, when, ...request }) => ({
    flag: "swap",
    text,
    when,
    happen() {
      if (swaps.busy || begun.size > 0) return false;
      begun.add(request.stage);
      void swaps.swap(request).catch((error) => {
        if (!(error instanceof Failure || error instanceof UsageError)) {
          throw error;
        }
        log(`${error.message} (--swap=${text})`);
      }).finally(() => begun.delete(request.stage));
      return true;
    },
  }));
}
