/**
 * The aggregate stage's state: the counts, sums, bounds and percentiles of each
 * group of events.
 *
 * Pure: holds numbers and the position they stand for, and knows nothing of
 * streams or files. What comes out does not depend on how the events are cut into
 * batches, nor on what was saved and gone on from between.
 *
 * @module
 */

import {
  type EventBatch,
  type Opening,
  type Position,
  type Reject,
  START,
} from "../../proto/pipeline/batches.ts";
import type { Totals__Output } from "../../proto/types/pipeline/v1/Totals.ts";
import { describeLine, placeOf } from "../events/places.ts";
import { checkBatch } from "./check_batch.ts";
import { createFinished } from "./finished.ts";
import { createGroupState, type Result } from "./group_state.ts";
import { lateReject, withLate } from "./late.ts";
import {
  createRejectCounts,
  type RejectCount,
  withUntold,
} from "./reject_counts.ts";
import {
  type Changes,
  groupId,
  type Head,
  kindOf,
  resultId,
  type Saved,
  type SavedRecord,
  type SavedRecords,
  sortRecords,
} from "./saved.ts";

import type { Tallies } from "./tallies.ts";

export type { Result };

/** Among so many groups the largest are looked for, in well under 10 ms. */
const LOOKED_AT = 65_536;

const NO_BYTES = new Uint8Array();

/** What became of the events; see the contract. */
export type Totals = Totals__Output;

/** How the results of a run stand, and what has not become part of them. */
export interface ResultsNow {
  groups: number;
  results: Result[];
  /**
   * By stage and reason; together as many as the totals have.
   * @default {nobody is told}
   */
  rejects?: RejectCount[];
  /** Events that the rules have dropped. @default {nobody is told} */
  filtered?: number;
}

/** Counts of one run. */
export interface Aggregate {
  /** Everything before it is counted. */
  readonly position: Position;
  readonly totals: Totals;
  /**
   * Counts a batch.
   *
   * @returns Its rejects, and the events that came too late for their window, in
   * the order of the input.
   * @throws {RangeError} If the batch does not begin at `position`, does not
   * account for each of its events, or has columns or values that are not what
   * the schema says: a defect, and no result would be right.
   * @throws {Fault} `failed_precondition` if there are too many groups.
   * Nothing of the batch is counted then.
   */
  apply(batch: EventBatch): readonly Reject[];
  /** How many of the results are of closed windows: they come first. */
  readonly closed: number;
  /**
   * The result of each group that has events, in the order of the contract.
   *
   * @param from Leaves out so many. No more than are closed. @default {0}
   */
  results(from?: number): Generator<Result>;
  /**
   * How the results stand, in little time however many there are.
   *
   * @param most Of more groups, those with the most events; of very many, of
   * the first of them.
   * @default {nobody is told before the end}
   */
  look?(most: number): ResultsNow;
  /**
   * What has changed since the last call, or since it was made: to be read before
   * more is counted. Where it could not be saved, {@linkcode all} is to be, next.
   */
  changes(): Changes;
  /** Everything, for the same head. */
  all(): SavedRecords;
}

/**
 * Starts counting events.
 *
 * Measured with two keys and two values of doubles: a group takes 270 bytes of
 * memory, and 1.7 to 2 KiB where one value has percentiles (20 to 100 values that
 * differ by four powers of ten); its record 105 and 390 to 460 bytes. The result
 * of a closed window takes 185 bytes.
 *
 * @param opening What the events are, and which tags there are.
 * @param saved Goes on from here. @default {nothing counted}
 * @throws {RangeError} If `saved` is of another schema or other tags.
 */
export function createAggregate(
  { schema, tags }: Pick<Opening, "schema" | "tags">,
  saved?: Saved,
): Aggregate {
  if (!schema) throw new RangeError("Cannot count events without a schema");
  const kind = kindOf(schema, tags);
  const head = saved?.head as Head | undefined;
  if (head && head.kind !== kind) {
    throw new RangeError(
      `Cannot go on from what was saved: it is of ${
        schema.builtIn
          ? "other types or rules"
          : "another schema or other rules"
      }`,
    );
  }
  const state = createGroupState(schema, tags);
  const { groups, tallies } = state;
  const finished = createFinished();
  const totals: Totals = {
    events: 0,
    rejected: 0,
    filtered: 0,
    ...head?.totals,
  };
  const rejectCounts = createRejectCounts(
    withUntold(head?.rejects ?? [], totals.rejected),
  );
  let position = head?.position ?? START;
  if (saved) {
    sortRecords(saved.records, state.read).forEach(finished.restore);
    groups.restored();
    groups.watermarkMs = Number(head!.watermarkMs);
    tallies.takeTouched();
  }
  /** How many of the finished are saved. */
  let savedResults = finished.length;

  const headNow = (): Head => ({
    kind,
    position,
    totals: { ...totals },
    watermarkMs: String(groups.watermarkMs),
    rejects: rejectCounts.all(),
  });
  const close = (windowMs: number) => {
    for (const slot of groups.ordered(windowMs)) {
      finished.push(state.result(slot));
      tallies.touch(slot);
      groups.release(slot);
    }
  };
  function* recordsOf(
    slots: Uint32Array,
    fromResult: number,
  ): Generator<SavedRecord> {
    const record: SavedRecord = { id: 0, bytes: NO_BYTES };
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at]!;
      if (!groups.isOpen(slot)) continue;
      record.id = groupId(slot);
      record.bytes = state.write(slot);
      yield record;
    }
    let number = fromResult;
    for (const bytes of finished.records(fromResult)) {
      record.id = resultId(number++);
      record.bytes = bytes;
      yield record;
    }
  }
  function* closedOf(slots: Uint32Array): Generator<number> {
    for (let at = 0; at < slots.length; at++) {
      if (!groups.isOpen(slots[at]!)) yield groupId(slots[at]!);
    }
  }

  return {
    get position() {
      return position;
    },
    totals,
    get closed() {
      return finished.length;
    },
    apply(batch) {
      checkBatch(schema, tags, position, batch);
      const { begin, end } = batch;
      const assigned = groups.assign(batch);
      state.add(batch, assigned);
      const { late, closed, others } = assigned;
      for (let at = 0; at < closed.length; at++) close(closed[at]!);
      const rejects = late.length === 0 ? batch.rejects : withLate(
        batch.rejects,
        late.map((each) => lateReject(schema, batch, each)),
      );
      totals.events += end.event - begin.event;
      totals.filtered += batch.filtered;
      totals.rejected += rejects.length;
      for (const reject of rejects) rejectCounts.add(reject);
      if (batch.fractionsCut) {
        totals.fractionsCut = (totals.fractionsCut ?? 0) + batch.fractionsCut;
      }
      if (others > 0) {
        totals.other = (totals.other ?? 0) + others;
      }
      if (late.length > 0) totals.late = (totals.late ?? 0) + late.length;
      position = end;
      return rejects;
    },
    *results(from = 0) {
      yield* finished.results(from);
      for (const slot of groups.ordered()) yield state.result(slot);
    },
    look(most) {
      const total = finished.length + groups.count;
      const now = {
        groups: total,
        rejects: rejectCounts.all(),
        filtered: totals.filtered,
      };
      if (total <= most) return { ...now, results: [...this.results()] };
      const slots = largestOf(groups.firstSlots(LOOKED_AT), most, tallies);
      const closed = finished.results(
        Math.max(0, finished.length - (most - slots.length)),
      );
      return {
        ...now,
        results: [...closed, ...slots.map((slot) => state.result(slot))],
      };
    },
    changes() {
      const touched = tallies.takeTouched();
      const fromResult = savedResults;
      savedResults = finished.length;
      return {
        head: headNow(),
        changed: recordsOf(touched, fromResult),
        removed: closedOf(touched),
      };
    },
    all: () => recordsOf(groups.openSlots(), 0),
  };
}

/** The slots with the most events, the largest first. */
function largestOf(
  slots: Uint32Array,
  most: number,
  { count }: Pick<Tallies, "count">,
): number[] {
  const largest: number[] = [];
  for (const slot of slots) {
    const events = count(slot);
    if (largest.length === most && events <= count(largest.at(-1)!)) continue;
    let at = largest.length;
    while (at > 0 && count(largest[at - 1]!) < events) at--;
    largest.splice(at, 0, slot);
    if (largest.length > most) largest.pop();
  }
  return largest;
}

/** Says that a run has more rejects than it may have. */
export function describeTooManyRejects(
  count: number,
  most: number,
  last: Reject,
  inputs: readonly string[] = [],
): string {
  return `Cannot go on: ${count} rejects are more than --max-rejects=${most}; the last is ${
    describeLine(placeOf(last, inputs))
  }: ${last.reason}`;
}
