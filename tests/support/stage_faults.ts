/**
 * Faults that a stage may have, each with the check that must find it.
 *
 * A fault changes what our own stage reads, writes or keeps; see
 * tests/fixtures/faulty_stage.ts.
 *
 * @module
 */

import {
  type EventBatch,
  isSamePosition,
  type Opening,
  type Position,
} from "../../proto/pipeline/batches.ts";
import type { Receipt } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { CheckpointStore } from "../../stages/aggregate/checkpoint.ts";

/** What every batch has. */
interface AnyBatch {
  opening?: Opening | null;
  begin: Position | null;
  end: Position | null;
  sync?: boolean;
}

/** What is wrong with a stage. */
export interface StageFault {
  stage: "parse" | "aggregate";
  /** The id of the check that finds it. */
  check: string;
  /** Changes a batch that has come, or an opening. */
  arrived?<Batch extends AnyBatch>(batch: Batch): Batch;
  /** Changes a batch that is sent on, or an opening. */
  passed?(batch: EventBatch): EventBatch;
  /** Changes what is said to the left. */
  said?(receipt: Receipt): Receipt;
  /** Changes what is saved. */
  checkpoints?(store: CheckpointStore): CheckpointStore;
  /** Lets in whoever calls. */
  unguarded?: boolean;
  /** Does something besides, at the start. */
  started?(): void;
}

let held = { batches: 0, bytes: 0 };
let end: Position | null = null;
let window = { windowBatches: 0 };

/** All of them, by what the stage does. */
export const STAGE_FAULTS: Record<string, StageFault> = {
  "credits-late": {
    stage: "parse",
    check: "credit-in-time",
    said(receipt) {
      const { credit } = receipt;
      if (!credit) return receipt;
      held.batches += credit.batches!;
      held.bytes += Number(credit.bytes);
      if (held.batches < 5) return { credit: { batches: 0, bytes: 0 } };
      const all = held;
      held = { batches: 0, bytes: 0 };
      return { credit: all };
    },
  },
  "credits-twice": {
    stage: "parse",
    check: "credit-exact",
    said: ({ credit, ...other }) =>
      credit ? { credit: { ...credit, batches: credit.batches! * 2 } } : other,
  },
  "leaves-window": {
    stage: "parse",
    check: "window-batches",
    arrived(batch) {
      const { opening } = batch;
      if (!opening) return batch;
      const { windowBatches } = opening;
      window = { windowBatches };
      const wide = { windowBatches: 4 * windowBatches };
      return { ...batch, opening: { ...opening, ...wide } };
    },
    passed: ({ opening, ...batch }) =>
      opening ? { ...batch, opening: { ...opening, ...window } } : batch,
  },
  "resumes-at-start": {
    stage: "parse",
    check: "resume-passed",
    said: ({ resume, ...other }) =>
      resume
        ? { resume: { ...resume, position: { event: 0, offset: 0, line: 0 } } }
        : other,
  },
  "loses-sync": {
    stage: "parse",
    check: "sync-passed",
    passed: ({ sync: _lost, ...batch }) => batch,
  },
  "skips-gap": {
    stage: "parse",
    check: "gap",
    arrived(batch) {
      if (batch.opening) {
        end = null;
        return batch;
      }
      const moved = { ...batch, begin: end ?? batch.begin };
      end = batch.end;
      return moved;
    },
  },
  "loses-reject": {
    stage: "parse",
    check: "rejects-in-place",
    passed: (batch) => ({ ...batch, rejects: batch.rejects.slice(1) }),
  },
  "turns-one-bit": {
    stage: "parse",
    check: "same-generated",
    passed(batch) {
      const value = batch.values[0]?.value;
      if (!value?.length) return batch;
      const bits = new DataView(value.buffer, value.byteOffset);
      bits.setUint8(0, bits.getUint8(0) ^ 1);
      return batch;
    },
  },
  "tells-no-end": {
    stage: "parse",
    check: "last-batch",
    passed: (batch) =>
      !batch.opening && isSamePosition(batch.begin, batch.end)
        ? { ...batch, end: { ...batch.end, offset: batch.end.offset + 1 } }
        : batch,
  },
  "repeats-report": {
    stage: "parse",
    check: "report-once",
    said: ({ report, ...other }) =>
      report ? { report: { ...report, name: "parse" } } : other,
  },
  "forgets-lane": {
    stage: "parse",
    check: "lanes-through",
    passed: ({ opening, ...batch }) =>
      opening ? { ...batch, opening: { ...opening, lane: null } } : batch,
  },
  "takes-any-token": { stage: "parse", check: "token", unguarded: true },
  "dies-of-sigterm": {
    stage: "parse",
    check: "sigterm",
    started: () => Deno.addSignalListener("SIGTERM", () => Deno.exit(143)),
  },
  "forgets-checkpoints": {
    stage: "aggregate",
    check: "resume-saved",
    checkpoints: ({ save }) => ({
      save,
      load: () => Promise.resolve(undefined),
    }),
  },
};

const kept: Uint8Array[] = [];
/** So much is kept of each event. */
const KEPT_BYTES = 8_192;

/** Faults that show only with many events, so that each has a test of its own. */
export const SLOW_STAGE_FAULTS: Record<string, StageFault> = {
  "keeps-events": {
    stage: "parse",
    check: "memory-flat",
    arrived(batch) {
      const events = batch.end!.event - batch.begin!.event;
      kept.push(new Uint8Array(events * KEPT_BYTES).fill(1));
      return batch;
    },
  },
};
