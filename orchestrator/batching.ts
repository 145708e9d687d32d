/**
 * How events are put into batches: the flags `--batch` and `--linger`.
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import { duration, type Flag, integer } from "../runtime/program/flags.ts";

/** Most events in a batch, or as many as there are. */
export type BatchSize = number | "auto";

/** How the pipeline batches. */
export interface Batching {
  /** Most events in a batch. */
  batch: number;
  /** How long an event waits for others, in milliseconds. */
  lingerMs: number;
  /** Batches that each stage lets go unanswered; 0 for the usual number. */
  windowBatches: number;
}

/** As large as is of any use, and sent as soon as the next stage is free. */
const AUTO: Batching = { batch: 8_192, lingerMs: 1, windowBatches: 8 };
/** How long an event waits for a batch of a given size to be full. */
const FIXED_LINGER_MS = 100;

const FIXED = integer("", undefined, { min: 1, max: 1_000_000 });

/** The flags. */
export const BATCH_FLAGS = {
  batch: {
    placeholder: "N|auto",
    help:
      "maximum number of events in a batch; auto sends what is there when there is room",
    defaultText: "auto",
    fallback: "auto",
    read(text: string) {
      if (text === "auto") return text;
      try {
        return FIXED.read(text)!;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        throw new UsageError(`${error.message}, or auto`);
      }
    },
  } as Flag<BatchSize>,
  linger: {
    ...duration(
      "how long an event waits for others to fill its batch",
      `${AUTO.lingerMs}ms`,
    ),
    defaultText: `${AUTO.lingerMs}ms with auto, else ${FIXED_LINGER_MS}ms`,
    fallback: undefined,
  } as Flag<number | undefined>,
};

/** Returns what the flags mean. */
export function batchingOf(size: BatchSize, lingerMs?: number): Batching {
  const usual = size === "auto"
    ? AUTO
    : { batch: size, lingerMs: FIXED_LINGER_MS, windowBatches: 0 };
  return { ...usual, ...(lingerMs === undefined ? {} : { lingerMs }) };
}
