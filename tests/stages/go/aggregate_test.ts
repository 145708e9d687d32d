/**
 * Holds the aggregate stage in Go against ours: batch by batch, by what it saves,
 * and by what it says.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { EventBatch, Opening } from "../../../proto/pipeline/batches.ts";
import { divertLog } from "../../../runtime/program/log.ts";
import { openCheckpoints } from "../../../stages/aggregate/checkpoint.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { mulberry32 } from "../../../tasks/generate/generator.ts";
import {
  type AggregateStageOptions,
  KEPT,
  serveNotedSink,
  serveOurs,
  startGo,
  streamAll,
  streamAndSave,
  streamAndWait,
} from "../../support/aggregate_stages.ts";
import { GO_AGGREGATE, testBuilt } from "../../support/built_clients.ts";
import {
  batchesOf,
  batchOf,
  openingOf,
  type TestEvent,
} from "../../support/event_batches.ts";
import { eventually } from "../../support/eventually.ts";
import { type RandomRun, randomRun } from "../../support/random_runs.ts";
import { prepareInput } from "../../support/prepared_input.ts";
import { runToEnd } from "../../support/runs.ts";
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
function hardRun(seed: number, sizes?: number[]): RandomRun {
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
  const batches = batchesOf(
    schema,
    events,
    sizes ?? [1 + Math.floor(random() * 40), 3],
  );
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

/** Two clicks, and in the end nothing more. */
const SCHEMA = builtInSchema(["click"]);
const CLICK: TestEvent = { keys: ['"click"'], values: ["5"] };
const FIRST = batchOf(SCHEMA, [CLICK, "reject"]);
const SECOND = batchOf(SCHEMA, [CLICK, "reject", CLICK], 2);
const LAST = batchOf(SCHEMA, [], 5);
const WINDOWS = { sizeMs: 10, offsetMs: 0, allowedLatenessMs: 0 };
const TIMED = customSchema(["key"], {}, { windows: WINDOWS });
const OPEN = customSchema(["key"], {}, {
  windows: { sizeMs: 10, offsetMs: 0 },
});
const timed = (key: string, timeMs: number): TestEvent => ({
  keys: [key],
  values: [],
  timeMs,
});

interface Refused {
  what: string;
  opening?: Partial<Opening>;
  batches?: EventBatch[];
  /** What is saved before, under this opening. */
  saved?: Partial<Opening>;
}

const REFUSED: Refused[] = [
  { what: "too many rejects", batches: [FIRST, SECOND, LAST] },
  { what: "a stream without its end", batches: [FIRST] },
  { what: "a gap", batches: [FIRST, LAST] },
  { what: "an overlap", batches: [FIRST, SECOND, SECOND] },
  {
    what: "what is not accounted for",
    batches: [{ ...FIRST, filtered: 1 }],
  },
  { what: "no tags where there are some", opening: { tags: TAGS } },
  {
    what: "values without a number",
    batches: [{ ...FIRST, values: [{ value: Float64Array.of(), exact: [] }] }],
  },
  {
    what: "a number that is not given exactly",
    batches: [{
      ...FIRST,
      values: [{ value: Float64Array.of(2 ** 60), exact: [] }],
    }],
  },
  {
    what: "times that are none",
    opening: { schema: TIMED },
    batches: [
      batchOf(TIMED, [{ keys: ["1"], values: [], timeMs: Infinity }]),
    ],
  },
  {
    what: "more groups than may be",
    opening: { schema: { ...TIMED, maxGroups: 1 } },
    batches: [batchOf(TIMED, [timed("1", 1), timed("2", 2)])],
  },
  {
    what: "more groups of others than may be",
    opening: { schema: { ...OPEN, maxGroups: 1, other: true } },
    batches: [batchOf(OPEN, [timed("1", 1), timed("2", 1), timed("1", 11)])],
  },
  { what: "a run without a name", opening: { run: "" } },
  { what: "a newer protocol", opening: { protocol: 2 } },
  {
    what: "a sink that may not be called",
    opening: { next: [{ addresses: ["127.0.0.1:1"] }] },
  },
  { what: "another run", saved: { run: "another" } },
  { what: "other rules", saved: { tags: [{ name: "t", values: [] }] } },
];

testBuilt("aggregate in Go refuses what ours refuses, in the same words", [
  GO_AGGREGATE,
], async (t) => {
  const inputs = ["/logs/a", "/logs/b"];
  await using stages = await both({ maxRejects: 1, inputs });
  for (const { what, opening, batches = [FIRST], saved } of REFUSED) {
    await t.step(what, async () => {
      await stages.clear();
      const all = { ...openingOf(SCHEMA), ...opening };
      if (saved) {
        await streamAndSave(stages.go, { ...all, ...saved }, [
          batchOf(SCHEMA, [CLICK]),
        ]);
      }
      const { failed } = await streamAll(stages.ours, all, batches);
      assert(failed);
      assertEquals((await streamAll(stages.go, all, batches)).failed, failed);
    });
  }
});

/** Where a log of several saves is cut, or damaged, as shares of its length. */
const DAMAGES = [0, 0.001, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.95, 0.9999];

testBuilt(
  "aggregate in Go finds the same in a torn or damaged log, and says so",
  [
    GO_AGGREGATE,
  ],
  async () => {
    await using stages = await both();
    const { ours, go, folder } = stages;
    const { opening, batches } = hardRun(8, [6]);
    for (const [at, stage] of [ours, go, ours, go].entries()) {
      await streamAndSave(stage, opening, batches.slice(0, at + 1));
    }
    const log = await Deno.readFile(folder.file("checkpoint"));
    const logs = DAMAGES.flatMap((share) => {
      const at = Math.floor(share * log.length);
      const flipped = log.map((byte, each) => each === at ? byte ^ 1 : byte);
      return [log.slice(0, at), flipped];
    });
    logs.push(Uint8Array.of(...log, ...new Uint8Array(100)));
    const found = new Set<number>();
    for (const bytes of logs) {
      for (const name of ["checkpoint", "checkpoint.previous"]) {
        await stages.clear();
        await Deno.writeFile(folder.file(name), bytes);
        const said: string[] = [];
        using _log = divertLog((line) => said.push(line.trimEnd()));
        const expected = await streamAll(ours, opening, batches);
        assertEquals(await streamAll(go, opening, batches), expected);
        for (const line of said) assertEquals(await go.log!.next(), line);
        assertEquals(said.length, 1);
        found.add(expected.from.event);
      }
    }
    assert(found.size > 3, [...found].join());

    // The damaged one does not take the place of the last good one.
    for (const [one, other] of [[go, ours], [ours, go]] as const) {
      await stages.clear();
      await Deno.writeFile(folder.file("checkpoint"), logs[0]!);
      await Deno.writeFile(folder.file("checkpoint.previous"), log);
      using _log = divertLog(() => {});
      await streamAndSave(one, opening, batches.slice(0, 5));
      const { from } = await streamAll(other, opening, batches);
      assertEquals(from, batches[4]!.end);
      const kept = await Deno.readFile(folder.file("checkpoint.previous"));
      assertEquals(kept, log);
    }
  },
);

testBuilt(
  "aggregate in Go lets a newer stream take over, and tells results so far",
  [
    GO_AGGREGATE,
  ],
  async () => {
    await using stages = await both({ everyMs: 1 });
    const { go } = stages;
    const opening = openingOf(TIMED);
    const first = batchOf(TIMED, [
      timed("1", 1),
      timed("1", 2),
      timed("1", 12),
    ]);
    const second = batchOf(TIMED, [timed("1", 13)], 3);
    const last = batchOf(TIMED, [], 4);

    const overtaken = streamAndWait(go, opening, [first]);
    await eventually(
      "it tells the results so far",
      () => go.sink.told.some(({ interim }) => interim?.closed === 1),
    );
    assertEquals(
      go.sink.told.flatMap(({ results }) => results.map(({ count }) => count)),
      [2, 1],
    );
    const { told } = await streamAll(go, opening, [first, second, last]);

    assertEquals((await overtaken).failed?.code, "cancelled");
    const results = told.filter(({ interim }) => !interim)
      .flatMap(({ results }) => results);
    assertEquals(results.at(-1)?.count, 2);
    assertEquals(told.at(-1)?.outcome?.totals?.events, 4);
  },
);

testBuilt(
  "a pipeline gives the same with aggregate in Go, whoever dies or is exchanged",
  [
    GO_AGGREGATE,
  ],
  async () => {
    await using run = await prepareInput(40_000);

    const { code, stderr } = await runToEnd("pipeline", run, [
      "--stage=aggregate=go",
      "--chaos=aggregate@20%",
      "--swap=aggregate@50%:default,aggregate@80%:go",
      `--input=${run.input}`,
      "--batch=100",
      "--checkpoint-interval=1ms",
    ]);

    assertEquals(code, 0, stderr);
    assertMatch(stderr, /chaos: SIGKILL to "aggregate"/);
    assertEquals(stderr.match(/Swapped "aggregate" for /g)?.length, 2, stderr);
    assertEquals(await Deno.readTextFile(run.output), run.right.results);
    assertEquals(await Deno.readTextFile(run.rejects), run.right.rejects);
  },
);
