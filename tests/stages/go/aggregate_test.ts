/**
 * Holds the aggregate stage in Go against ours: batch by batch, by what it saves,
 * and by what it says.
 */

import { assert, assertEquals } from "@std/assert";
import type { EventBatch, Schema } from "../../../proto/pipeline/batches.ts";
import { openCheckpoints } from "../../../stages/aggregate/checkpoint.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { mulberry32 } from "../../../tasks/generate/generator.ts";
import {
  type AggregateStage,
  type AggregateStageOptions,
  KEPT,
  serveNotedSink,
  serveOurs,
  startGo,
  streamAll,
  streamAndSave,
} from "../../support/aggregate_stages.ts";
import { GO_AGGREGATE, testBuilt } from "../../support/built_clients.ts";
import {
  batchesOf,
  batchOf,
  openingOf,
  type TestEvent,
} from "../../support/event_batches.ts";
import { type RandomRun, randomRun } from "../../support/random_runs.ts";
import { customSchema } from "../../support/schemas.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const CASES = 60;
const LINES = 60;

/** Ours and the one in Go over one folder and one sink, one stream at a time. */
async function both(options: Partial<AggregateStageOptions> = {}) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const sink = stack.use(await serveNotedSink());
  const all = { state: folder.path, sink, ...options };
  const ours = stack.use(await serveOurs(all));
  const go = stack.use(await startGo(all));
  const moved = stack.move();
  return {
    ours,
    go,
    folder,
    /** Forgets what was saved. */
    async clear() {
      for (const name of await folder.names()) {
        await Deno.remove(folder.file(name));
      }
    },
    /** What was saved last: its head, and the bytes of its records. */
    async saved() {
      const loaded = await openCheckpoints(folder.path).load("test");
      if (!loaded) return undefined;
      const { records, ...rest } = loaded;
      return {
        ...rest,
        records: Array.from(
          records,
          ({ id, bytes }): [number, string] => [id, bytes.toHex()],
        ).sort(([a], [b]) => a - b),
      };
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

const FIGURES = ["count", "sum", "avg", "min", "max", "p0", "p50", "p99.9"];
const TAGS = [{ name: "t", values: ["x", "y"] }];
const KEYS = ["null", "true", "1", "-2.5", "1e+300", '"1"', '"ä"', '"\\ud800"'];

/** Events whose numbers are hard to add, to order and to write. */
function hardRun(seed: number): RandomRun {
  const random = mulberry32(seed);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)]!;
  const power = () => 2 ** Math.floor(random() * 2_000 - 1_000);
  const double = () => {
    const number = pick([random() - 0.3, 0, -0, 0.1, 1e16, -1e16, 1 / 3]) *
      pick([1, 1, 2 ** 72, power(), 1e300]);
    return String(Number.isFinite(number) ? number : Number.MAX_VALUE);
  };
  const integer = () =>
    pick([
      () => Math.floor(random() * 2_000) - 300,
      () => Number.MAX_SAFE_INTEGER - Math.floor(random() * 3),
      () => BigInt(Math.floor(random() * 1e9) - 3e8) ** 9n,
      () => 10n ** 320n + BigInt(Math.floor(random() * 9)),
    ])();
  const keys = [pick(KEYS), pick(KEYS), pick(KEYS)];
  const lateness = pick([undefined, 0, 20]);
  const schema = customSchema(["k", "l"], {
    i: { as: "integer", of: FIGURES },
    d: { as: "number", of: FIGURES },
  }, {
    time: {
      path: ["at", "ms"],
      format: pick(["rfc3339", "epoch_s"]),
      required: true,
    },
    maxGroups: pick([4, 1_000]),
    other: random() < 0.9,
    windows: random() < 0.6
      ? {
        sizeMs: 10,
        offsetMs: 3,
        ...(lateness === undefined ? {} : { allowedLatenessMs: lateness }),
      }
      : null,
  });
  const events = Array.from({ length: LINES }, (_, at): TestEvent => {
    if (random() < 0.1) return pick(["reject", "filtered"]);
    return {
      timeMs:
        pick([-62_135_596_800_001, 8.64e15, 0])! * Number(random() < 0.01) +
        at + Math.floor(random() * 40) / 4,
      keys: [pick(keys), random() < 0.9 ? '"a"' : String(at)],
      values: [
        random() < 0.1 ? undefined : String(integer()),
        random() < 0.1 ? undefined : double(),
      ],
      tags: [Math.floor(random() * 3)],
    };
  });
  const batches = batchesOf(schema, events, [
    1 + Math.floor(random() * 40),
    3,
  ]);
  return {
    opening: openingOf(schema, TAGS),
    batches: [...batches, batchOf(schema, [], events.length)],
  };
}

function runOf(seed: number): Promise<RandomRun> | RandomRun {
  return seed % 2 === 0 ? hardRun(seed) : randomRun(seed, { lines: LINES });
}

testBuilt(
  "aggregate in Go tells what ours tells, in any cut, and saves the same",
  [
    GO_AGGREGATE,
  ],
  async () => {
    await using stages = await both();
    const { ours, go } = stages;
    const seen = { results: 0, rejects: 0, late: 0, closed: 0, failed: 0 };
    for (let seed = 1; seed <= CASES; seed++) {
      const { opening, batches } = await runOf(seed);
      await stages.clear();
      const expected = await streamAll(ours, opening, batches);
      assertEquals(
        await streamAll(go, opening, batches),
        expected,
        `seed ${seed}`,
      );
      const told = expected.told.flatMap(({ results }) => results);
      seen.results += told.length;
      const rejects = expected.told.flatMap(({ rejects }) => rejects);
      seen.rejects += rejects.length;
      seen.late += rejects.filter(({ stage }) => stage === "aggregate").length;
      if (expected.failed) {
        seen.failed++;
        continue;
      }

      // One begins, the other goes on, and the first ends it.
      const [first, second] = seed % 4 < 2 ? [ours, go] : [go, ours];
      const [a, b] = [0.4, 0.7].map((part) => Math.ceil(part * batches.length));
      const saves = [];
      for (const [one, other] of [[first, second], [first, first]] as const) {
        await stages.clear();
        await streamAndSave(one, opening, batches.slice(0, a));
        await streamAndSave(other, opening, batches.slice(0, b));
        saves.push(await stages.saved());
      }
      assertEquals(saves[1], saves[0], `seed ${seed}`);
      seen.closed += saves[0]?.records.filter(([id]) => id % 2 === 1).length ??
        0;
      const ended = await streamAll(first, opening, batches);
      assertEquals(
        ended.told.flatMap(({ results }) => results),
        told,
        `seed ${seed}`,
      );
      assertEquals(ended.totals, expected.totals, `seed ${seed}`);
      if (ended.from.event > 0) assertEquals(ended.kept, KEPT);
    }
    // Each kind is looked at.
    assert(
      Object.values(seen).every((count) => count > 0),
      JSON.stringify(seen),
    );
  },
);
