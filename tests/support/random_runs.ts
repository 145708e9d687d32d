/**
 * Runs of every shape for tests of the stages, from random numbers: a schema, and
 * lines that fit it or do not, as the stages pass them on.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type {
  EventBatch,
  Opening,
  Schema,
} from "../../proto/pipeline/batches.ts";
import {
  decodeEventBatch,
  encodeEventBatch,
} from "../../proto/pipeline/codec.ts";
import { createParse } from "../../stages/parse/parse.ts";
import { createRules } from "../../stages/rules/rules.ts";
import type { Rule } from "../../stages/rules/rules_file.ts";
import { builtInSchema, formatField } from "../../stages/schema/schema.ts";
import { mulberry32 } from "../../tasks/generate/generator.ts";
import { createLineMaker, LINE_TYPES } from "../../tasks/soak/event_lines.ts";
import { randomFields } from "../../tasks/soak/event_schemas.ts";
import { openingOf } from "./event_batches.ts";
import { readAll } from "./raw_batch.ts";

const FIGURES = ["count", "sum", "avg", "min", "max", "p50", "p95"];
const RULES: Rule[] = [
  { name: "drop", when: { "user": "u3" }, drop: true },
  { name: "big", when: { value: { gte: 40.5 } }, set: { size: "big" } },
  { name: "key", when: { type: "click" }, set: { size: "click", k0: "set" } },
];

/** Rules for a schema, but for one that takes a time for something else. */
export function rulesFor({ time }: Schema): Rule[] {
  const field = formatField(time?.path ?? []);
  return RULES.filter(({ when }) => !(field in when));
}

/** A schema, with names of its own for each key and value. */
export function randomSchema(random: () => number): Schema {
  if (random() < 0.2) return builtInSchema(LINE_TYPES);
  const { schema } = randomFields(random);
  return {
    ...schema,
    // A closed key cannot be set to what is not in it.
    keys: schema.keys.map((key, at) => ({
      ...key,
      name: `${key.oneOf.length > 0 ? "closed" : "k"}${at}`,
    })),
    values: schema.values.map((value, at) => ({
      ...value,
      name: `v${at}`,
      of: FIGURES,
    })),
    maxGroups: random() < 0.3 ? 3 : 1_000,
    other: random() < 0.8,
  };
}

/** Lines for any schema; most of them can be read. */
export function randomLines(
  random: () => number,
  { lines, wildness }: { lines: number; wildness: number },
): Buffer {
  const maker = createLineMaker(random);
  return Buffer.concat(
    Array.from(
      { length: lines },
      () => Buffer.concat([maker.next(wildness), Buffer.from("\n")]),
    ),
  );
}

/** A run as aggregate is told of it. */
export interface RandomRun {
  opening: Opening;
  /** All of it, the empty one at the end too. */
  batches: EventBatch[];
}

/** How often lines are odd, by turns. */
const WILDNESS = [0.001, 0.02, 0.2];

/** Makes the run of a seed, whose batches have passed parse and rules. */
export async function randomRun(
  seed: number,
  { lines }: { lines: number },
): Promise<RandomRun> {
  const random = mulberry32(seed);
  const schema = randomSchema(random);
  const content = randomLines(random, {
    lines,
    wildness: WILDNESS[seed % WILDNESS.length]!,
  });
  const raw = await readAll(content, { batch: 1 + Math.floor(random() * 12) });
  const rules = createRules(rulesFor(schema), schema);
  const parse = createParse({ schema, fields: rules.fields });
  const apply = rules.createTransform();
  const { end } = raw.at(-1)!;
  const none = { begin: end, end, linesOffset: end.offset };
  return {
    opening: openingOf(schema, rules.tags),
    // Both use their memory again for the next batch.
    batches: [...raw, { ...none, lines: new Uint8Array() }]
      .map((batch) => decodeEventBatch(encodeEventBatch(apply(parse(batch))))),
  };
}
