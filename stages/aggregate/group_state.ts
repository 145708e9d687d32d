/**
 * Everything that is held of the open groups: counts them, tells their results,
 * and writes each as a record from which it can be gone on with.
 *
 * @module
 */

import protobuf from "protobufjs/minimal.js";
import type {
  EventBatch,
  Opening,
  Schema,
} from "../../proto/pipeline/batches.ts";
import { overrun } from "../../proto/reader.ts";
import type { Result__Output } from "../../proto/types/pipeline/v1/Result.ts";
import {
  beginMessage,
  endMessage,
  lookAtMessage,
  startMessage,
  writeDouble,
  writeNumber,
  writeText,
} from "../../proto/writer.ts";
import { WORK_TYPE } from "../events/work_item.ts";
import { createFigures } from "./figures.ts";
import type { GroupKey } from "./group_keys.ts";
import { type Assigned, createGroups, type Groups } from "./groups.ts";
import { createScores, SCORE_FIELDS } from "./scores.ts";
import { createTallies, TAG_FIELDS, type Tallies } from "./tallies.ts";

const { Reader } = protobuf;

/** The aggregate of one group; see the contract. */
export type Result = Result__Output;

/** The state of the open groups. */
export interface GroupState {
  readonly groups: Groups;
  readonly tallies: Tallies;
  /** Counts the events of a batch, each in its group. */
  add(batch: EventBatch, assigned: Assigned): void;
  result(slot: number): Result;
  /** The record of a group, which is good until the next one is asked for. */
  write(slot: number): Uint8Array;
  /** Makes the group that a record is of. @throws {RangeError} If it is none. */
  read(slot: number, record: Uint8Array): void;
}

// The fields of a record, beside those of tallies.ts and scores.ts.
const WINDOW_FIELD = 2;
const KEY_FIELD = 3;
const OTHER_FIELD = 7;
/** The first field of values; each is for one. */
const VALUE_FIELDS = 16;

const WORK_KEY = JSON.stringify(WORK_TYPE);

/** Starts without groups. */
export function createGroupState(
  schema: Schema,
  tags: Opening["tags"],
): GroupState {
  const tallies = createTallies(tags);
  const figures = schema.values.map(createFigures);
  const scores = schema.builtIn ? createScores() : undefined;
  const parts = [tallies, ...figures, ...(scores ? [scores] : [])];
  const groups = createGroups(schema, {
    grow: (slots) => parts.forEach((part) => part.grow(slots)),
    opened(slot) {
      parts.forEach((part) => part.clear(slot));
      tallies.touch(slot);
    },
  });

  return {
    groups,
    tallies,
    add(batch, { slots }) {
      const { rows, values } = batch;
      if (rows === 0) return;
      tallies.add(batch.tags, slots, rows);
      for (let at = 0; at < figures.length; at++) {
        figures[at]!.add(values[at]!, slots, rows);
      }
      scores?.add(batch.scoreRow, batch.score, slots);
    },
    result(slot) {
      const { windowMs, key } = groups.keyOf(slot);
      const count = tallies.count(slot);
      return {
        key,
        count,
        values: scores && key[0] === WORK_KEY
          ? [scores.figures(slot, count)]
          : figures.map((each) => each.figures(slot, count)),
        tags: tallies.tagCounts(slot),
        ...(windowMs === undefined ? {} : { windowMs }),
      };
    },
    write(slot) {
      startMessage();
      const windowMs = groups.windowOf(slot);
      if (windowMs !== undefined) writeDouble(WINDOW_FIELD, windowMs);
      if (groups.isOther(slot)) writeNumber(OTHER_FIELD, 1);
      else {
        for (let field = 0; field < schema.keys.length; field++) {
          writeText(KEY_FIELD, groups.keyText(slot, field));
        }
      }
      tallies.write(slot);
      scores?.write(slot);
      for (let at = 0; at < figures.length; at++) {
        const inner = beginMessage(VALUE_FIELDS + at);
        figures[at]!.write(slot);
        endMessage(inner);
      }
      return lookAtMessage();
    },
    read(slot, record) {
      // The group must be there before its figures are.
      groups.restore(slot, readKey(record));
      const reader = Reader.create(record);
      while (reader.pos < reader.len) {
        const tag = reader.uint32();
        const field = tag >>> 3;
        if (tallies.read(slot, field, reader)) continue;
        if (field >= VALUE_FIELDS) {
          const length = reader.uint32();
          const end = reader.pos + length;
          while (reader.pos < end) {
            const inner = reader.uint32() >>> 3;
            figures[field - VALUE_FIELDS]!.read(slot, inner, reader);
          }
          if (reader.pos !== end) throw overrun();
        } else if (
          scores && field >= SCORE_FIELDS && field < OTHER_FIELD
        ) scores.read(slot, field, reader);
        else reader.skipType(tag & 7);
      }
    },
  };
}

function readKey(record: Uint8Array): GroupKey {
  const group: GroupKey = { windowMs: undefined, key: [], isOther: false };
  const reader = Reader.create(record);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = tag >>> 3;
    if (field === WINDOW_FIELD) group.windowMs = reader.double();
    else if (field === KEY_FIELD) group.key.push(reader.string());
    else if (field === OTHER_FIELD) group.isOther = reader.bool();
    else if (field >= VALUE_FIELDS && field < TAG_FIELDS) break;
    else reader.skipType(tag & 7);
  }
  return group;
}
