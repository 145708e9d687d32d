/**
 * What a stage makes of what it is given: the same as ours, bit by bit.
 *
 * @module
 */

import { STAGES } from "../../../stages/names.ts";
import type { Bench } from "../bench.ts";
import { type Check, NotOffered, RefusedOpening } from "../check.ts";
import {
  hostileLines,
  plainLines,
  schemaCases,
  workLines,
} from "../content.ts";
import { passAndCompare } from "../outcome.ts";

/** How many lines and schemas are tried, in the short form and in the whole. */
const LINES = { quick: 1_000, whole: 50_000 };
const HOSTILE_LINES = { quick: 600, whole: 6_000 };
const HOSTILE_ROUNDS = { quick: 1, whole: 8 };
const SCHEMAS = { quick: 6, whole: 60 };
const SCHEMA_LINES = 120;
/** A batch of many lines, and one of few. */
const BATCHES = [7, 500];

export const TRANSFORM_CHECKS: readonly Check[] = [
  {
    id: "same-generated",
    sentence:
      "Makes of generated events what our own stage makes of them, in small batches and in large ones.",
    see: "what-each-stage-must-keep",
    stages: STAGES,
    async run(bench) {
      const content = plainLines(LINES[sizeOf(bench)]);
      for (const batch of BATCHES) {
        await same(bench, content, batch, `events in batches of ${batch}`);
      }
    },
  },
  {
    id: "same-work",
    sentence:
      "Makes of work items what our own stage makes of them: each double has the same bits.",
    see: "what-each-stage-must-keep",
    stages: ["parse", "rules", "aggregate", "sink"],
    run: (bench) => same(bench, workLines(400), 40, "work items"),
  },
  {
    id: "same-hostile",
    sentence:
      "Makes of hostile lines what our own stage makes of them: the same events, and the same rejects for the same reasons.",
    see: "what-each-stage-must-keep",
    stages: STAGES,
    async run(bench) {
      const lines = HOSTILE_LINES[sizeOf(bench)];
      for (let seed = 1; seed <= HOSTILE_ROUNDS[sizeOf(bench)]; seed++) {
        const content = hostileLines(lines, seed);
        await same(bench, content, 50, `hostile lines of seed ${seed}`);
      }
    },
  },
  {
    id: "same-schemas",
    sentence:
      "Makes of events of any schema what our own stage makes of them, or refuses the schema at the opening, as FAILED_PRECONDITION.",
    see: "what-each-stage-must-keep",
    stages: STAGES,
    async run(bench) {
      const cases = await schemaCases(SCHEMAS[sizeOf(bench)], SCHEMA_LINES);
      let refused: string | undefined;
      for (const { seed, schema, content } of cases) {
        const feed = bench.feed(content, { schema, batch: 25 });
        try {
          await passAndCompare(bench, feed, `the schema of seed ${seed}`);
        } catch (error) {
          const isRefused = error instanceof RefusedOpening &&
            error.fault.code === "failed_precondition";
          if (!isRefused) throw error;
          refused = error.fault.message;
        }
        await bench.fresh();
      }
      if (refused !== undefined) throw new NotOffered(`schemas: ${refused}`);
    },
  },
];

function sizeOf({ quick }: Bench): "quick" | "whole" {
  return quick ? "quick" : "whole";
}

async function same(
  bench: Bench,
  content: Uint8Array,
  batch: number,
  sent: string,
): Promise<void> {
  await passAndCompare(bench, bench.feed(content, { batch }), sent);
  await bench.fresh();
}
