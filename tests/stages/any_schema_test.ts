/**
 * Holds the chain of parse, rules and aggregate against itself: cut into other
 * batches, through the wire, and begun anew from what was saved, it gives the
 * same results and rejects.
 */

import { assert, assertEquals } from "@std/assert";
import type {
  EventBatch,
  Opening,
  RawBatch,
  Reject,
  Schema,
} from "../../proto/pipeline/batches.ts";
import {
  decodeEventBatch,
  decodeRawBatch,
  encodeEventBatch,
  encodeRawBatch,
} from "../../proto/pipeline/codec.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  type Aggregate,
  createAggregate,
} from "../../stages/aggregate/aggregate.ts";
import type { SavedRecord } from "../../stages/aggregate/saved.ts";
import { createParse } from "../../stages/parse/parse.ts";
import { createRules } from "../../stages/rules/rules.ts";
import { createRecorder } from "../../stages/sink/results.ts";
import { mulberry32 } from "../../tasks/generate/generator.ts";
import { randomLines, randomSchema, rulesFor } from "../support/random_runs.ts";
import { readAll } from "../support/raw_batch.ts";

const CASES = 150;
const LINES = 60;

/** What has come of a run: its results and rejects, or why it has failed. */
interface Outcome {
  results: unknown[];
  rejects: Reject[];
  totals: unknown;
  failed?: string;
}

/** Runs the chain over batches. */
function run(
  schema: Schema,
  batches: readonly RawBatch[],
  through: {
    raw(batch: RawBatch): RawBatch;
    events(batch: EventBatch): EventBatch;
    aggregate(aggregate: Aggregate, opening: Opening): Aggregate;
  },
): Outcome {
  const rules = createRules(rulesFor(schema), schema);
  const parse = createParse({ schema, fields: rules.fields });
  const apply = rules.createTransform();
  const opening: Opening = {
    run: "r",
    windowBatches: 8,
    windowBytes: 1_000,
    schema,
    tags: rules.tags,
    protocol: 1,
    next: [],
  };
  let aggregate = createAggregate(opening);
  const rejects: Reject[] = [];
  try {
    for (const batch of batches) {
      const events = through.events(parse(through.raw(batch)));
      rejects.push(...aggregate.apply(through.events(apply(events))));
      aggregate = through.aggregate(aggregate, opening);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { results: [], rejects: [], totals: {}, failed: error.message };
  }
  return {
    results: Array.from(
      aggregate.results(),
      createRecorder(schema, rules.tags),
    ),
    rejects: rejects.map((reject) => ({
      ...reject,
      text: Uint8Array.from(reject.text),
    })),
    totals: { ...aggregate.totals },
  };
}

const AS_IT_IS = {
  raw: (batch: RawBatch) => batch,
  events: (batch: EventBatch) => batch,
  aggregate: (aggregate: Aggregate) => aggregate,
};

/** As between processes, each of which dies now and then. */
function throughProcesses(random: () => number): Parameters<typeof run>[2] {
  const saved = new Map<number, Uint8Array>();
  const keep = ({ id, bytes }: SavedRecord) =>
    saved.set(id, Uint8Array.from(bytes));
  return {
    raw: (batch) => decodeRawBatch(encodeRawBatch(batch)),
    events: (batch) => decodeEventBatch(encodeEventBatch(batch)),
    aggregate(aggregate, opening) {
      if (random() < 0.5) return aggregate;
      const { head, changed, removed } = aggregate.changes();
      // An id may be removed that was never saved.
      for (const id of removed) saved.delete(id);
      for (const record of changed) keep(record);
      return createAggregate(opening, {
        head: JSON.parse(JSON.stringify(head)),
        records: Array.from(saved, ([id, bytes]) => ({ id, bytes })),
      });
    },
  };
}

Deno.test("any schema gives the same in other batches, on the wire, and from what was saved", async () => {
  let counted = 0;
  let refused = 0;
  let failed = 0;
  for (let seed = 1; seed <= CASES; seed++) {
    const random = mulberry32(seed);
    const schema = randomSchema(random);
    const wildness = [0.001, 0.02, 0.2][seed % 3]!;
    const content = randomLines(random, { lines: LINES, wildness });
    const whole = await readAll(content, { batch: LINES });
    const size = 1 + Math.floor(random() * 12);
    const cut = await readAll(content, { batch: size });

    const expected = run(schema, whole, AS_IT_IS);
    const actual = run(schema, cut, throughProcesses(random));

    assertEquals(actual, expected, `seed ${seed}, batches of ${size}`);
    counted += expected.results.length;
    refused += expected.rejects.length;
    failed += expected.failed ? 1 : 0;
  }
  // Each of the three is looked at.
  assert(counted > CASES && refused > CASES && failed > 0, `${failed} failed`);
});
