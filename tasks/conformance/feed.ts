/**
 * What a stage is sent, and what our own transforms make of it, in this process.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  type EventBatch,
  isSamePosition,
  type Opening,
  type Position,
  type RawBatch,
  type Reject,
  type RuleField,
  type Schema,
  START,
} from "../../proto/pipeline/batches.ts";
import {
  decodeEventBatch,
  decodeRawBatch,
  encodeEventBatch,
  encodeRawBatch,
} from "../../proto/pipeline/codec.ts";
import type { Totals__Output } from "../../proto/types/pipeline/v1/Totals.ts";
import type { Result__Output } from "../../proto/types/pipeline/v1/Result.ts";
import type { ResultBatch__Output } from "../../proto/types/pipeline/v1/ResultBatch.ts";
import { createAggregate } from "../../stages/aggregate/aggregate.ts";
import { MAX_REJECT_TEXT } from "../../stages/events/lines.ts";
import { inParts } from "../../stages/aggregate/result_parts.ts";
import type { StageName } from "../../stages/names.ts";
import { createParse } from "../../stages/parse/parse.ts";
import { createRules } from "../../stages/rules/rules.ts";
import type { Rule } from "../../stages/rules/rules_file.ts";
import { type Batch, HOP_METHODS } from "./hop_methods.ts";

/** Longest line that ingest takes, in bytes. */
export const MAX_LINE = 65_536;

/** Everything about one run of a content. */
export interface Feed {
  content: Uint8Array;
  schema: Schema;
  /** What the rules read; the stage after parse asks for it. */
  fields: RuleField[];
  tags: Opening["tags"];
  raw: RawBatch[];
  events: EventBatch[];
  kept: EventBatch[];
  rejects: Reject[];
  results: Result__Output[];
  totals: Totals__Output;
  /** What the stage is sent, the last batch too; nothing for ingest. */
  sent: Batch[];
  /** What it passes on, where it passes on each batch; nothing for others. */
  expected: Batch[];
}

/** Options for {@linkcode feedOf}. */
export interface FeedOptions {
  schema: Schema;
  rules: readonly Rule[];
  /** How many lines a batch has. */
  batch: number;
  /**
   * Puts a line of so many bytes to the end, which is too long to be carried.
   * @default {none}
   */
  oversized?: number;
}

/** Runs a content through our own transforms, up to each stage. */
export function feedOf(
  stage: StageName,
  content: Uint8Array,
  { schema, rules, batch, oversized }: FeedOptions,
): Feed {
  const { fields, tags, createTransform } = createRules(rules, schema);
  const parse = createParse({ schema, fields });
  const apply = createTransform();
  const cut = cutBatches(content, batch);
  const long = oversized === undefined
    ? new Uint8Array()
    : addOversized(cut, oversized);
  const end = cut.at(-1)?.end ?? START;
  const raw = [...cut, emptyRaw(end)].map((each) =>
    decodeRawBatch(encodeRawBatch(each))
  );
  // Through the coders: a transform may use its memory again.
  const wire = (each: EventBatch) => decodeEventBatch(encodeEventBatch(each));
  const events = raw.map((each) => passOn(each, wire(parse(each))));
  const kept = events.map((each) => passOn(each, wire(apply(each))));
  const aggregate = createAggregate({ schema, tags });
  const rejects: Reject[] = [];
  const toSink: Batch[] = [];
  for (const each of kept) {
    const refused = aggregate.apply(each);
    rejects.push(...refused.map(copyOf));
    if (isSamePosition(each.begin, each.end)) continue;
    toSink.push(resultBatch({ begin: each.begin, end: each.end }, refused));
  }
  const { totals } = aggregate;
  const place = { begin: end, end };
  for (const part of inParts(aggregate.results())) {
    toSink.push({ ...resultBatch(place, []), results: part } as Batch);
  }
  toSink.push({ ...resultBatch(place, []), outcome: { totals } } as Batch);
  const { requestSerialize, requestDeserialize } = HOP_METHODS.sink;
  const told = toSink.map((each) =>
    requestDeserialize(requestSerialize(each))
  ) as ResultBatch__Output[];
  const sent: Record<StageName, Batch[]> = {
    ingest: [],
    parse: raw,
    rules: events,
    aggregate: kept,
    sink: told,
  };
  const expected: Record<StageName, Batch[]> = {
    ingest: raw,
    parse: events,
    rules: kept,
    aggregate: [],
    sink: [],
  };
  return {
    content: Buffer.concat([content, long]),
    schema,
    fields,
    tags,
    raw,
    events,
    kept,
    rejects,
    results: told.flatMap(({ results }) => results),
    totals: told.at(-1)!.outcome!.totals!,
    sent: sent[stage],
    expected: expected[stage],
  };
}

/** Cuts lines into batches of so many lines, blank ones too. */
export function cutBatches(content: Uint8Array, lines: number): RawBatch[] {
  const batches: RawBatch[] = [];
  let begin = START;
  let at = begin;
  let count = 0;
  for (let offset = 0; offset < content.length;) {
    const lineFeed = content.indexOf(LINE_FEED, offset);
    const end = lineFeed < 0 ? content.length : lineFeed + 1;
    const isBlank = content.subarray(offset, end)
      .every((byte) => WHITE_SPACE.includes(byte));
    at = {
      event: at.event + (isBlank ? 0 : 1),
      offset: end,
      line: at.line + (lineFeed < 0 ? 0 : 1),
    };
    offset = end;
    if (++count % lines !== 0 && end < content.length) continue;
    batches.push({
      begin,
      end: at,
      linesOffset: begin.offset,
      lines: content.subarray(begin.offset, at.offset),
    });
    begin = at;
  }
  return batches;
}

const LINE_FEED = 0x0a;
const WHITE_SPACE = [0x20, 0x09, LINE_FEED, 0x0b, 0x0c, 0x0d];

/**
 * Ends the last batch with a line that is too long.
 *
 * @returns The line, as it is in the input.
 */
function addOversized(batches: RawBatch[], length: number): Uint8Array {
  const last = batches.pop()!;
  const line = new Uint8Array(length).fill(LETTER);
  const { event, offset, line: lines } = last.end;
  batches.push({
    ...last,
    end: { event: event + 1, offset: offset + length + 1, line: lines + 1 },
    oversized: {
      line: lines + 1,
      offset,
      stage: "ingest",
      reason: `line is longer than ${MAX_LINE} bytes`,
      text: line.subarray(0, MAX_REJECT_TEXT),
      length,
    },
  });
  return Buffer.concat([line, Uint8Array.of(LINE_FEED)]);
}

const LETTER = 0x78;

function emptyRaw(at: Position): RawBatch {
  return {
    begin: at,
    end: at,
    linesOffset: at.offset,
    lines: new Uint8Array(),
  };
}

function resultBatch(
  place: { begin: Position; end: Position },
  rejects: readonly Reject[],
): Batch {
  const copies = rejects.map((each) => ({
    ...each,
    text: Buffer.from(each.text),
  }));
  return { ...place, rejects: copies, sync: false, results: [] } as Batch;
}

function copyOf(reject: Reject): Reject {
  return { ...reject, text: Uint8Array.from(reject.text) };
}

/** As the stages do with what a batch carries through them. */
function passOn(from: Batch, to: EventBatch): EventBatch {
  if (from.sync) to.sync = true;
  return to;
}
