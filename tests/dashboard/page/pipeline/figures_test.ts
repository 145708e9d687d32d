import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  figuresOf,
  latency,
  rejectsOf,
  stagesOf,
  throughput,
} from "../../../../dashboard/page/pipeline/figures.ts";
import { NOW, runRecord } from "../../../support/page_fixtures.ts";

Deno.test("stagesOf() gives five stages with their speed and their time", () => {
  const stages = stagesOf(runRecord(10));

  assertEquals(
    stages.map(({ stage, state, processes }) => [
      stage,
      state,
      processes.length,
    ]),
    [
      ["ingest", "serving", 1],
      ["parse", "serving", 2],
      ["rules", "serving", 1],
      ["aggregate", "serving", 1],
      ["sink", "serving", 1],
    ],
  );
  const [ingest, parse, rules, , sink] = stages;
  assertAlmostEquals(parse!.time!.own, 0.8, 0.001);
  assertEquals(rules!.variants, ["rust"]);
  assertEquals(ingest!.hop!.batch, 4_096);
  assertEquals(sink!.hop, null);
  assertAlmostEquals(ingest!.eventsPerSecond!, 500_000, 60_000);
});

Deno.test("stagesOf() gives null where a stage tells nothing", () => {
  const run = runRecord(10);
  for (const { stages } of run.samples) {
    delete stages.rules;
    stages.sink = {
      ...stages.sink!,
      events: null,
      ownMs: null,
      ipcMs: null,
      waitMs: null,
    };
  }
  const [, , rules, , sink] = stagesOf(run);

  for (const each of [rules!, sink!]) {
    assertEquals([each.events, each.eventsPerSecond, each.time], [
      null,
      null,
      null,
    ]);
  }
  assertEquals(rules!.hop, {
    onItsWay: null,
    batch: null,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
  });
});

Deno.test("stagesOf() has no speed where a process counts anew", () => {
  const run = runRecord(10);
  run.samples.at(-1)!.stages.parse!.events = 12;

  assertEquals(stagesOf(run)[1]!.eventsPerSecond, null);
});

Deno.test("stagesOf() says of a stage that one of its processes is dead", () => {
  const run = runRecord(10);
  const [ingest, parse] = run.processes;
  ingest!.state = "dead";
  parse!.state = "dead";

  assertEquals(stagesOf(run).map(({ state }) => state), [
    "dead",
    "partly",
    "serving",
    "serving",
    "serving",
  ]);
});

Deno.test("figuresOf() says how far a run is, and what is left of it", () => {
  const run = runRecord(10);
  const { share, leftMs, elapsedMs, sent, saved } = figuresOf(run, NOW);

  assertEquals(elapsedMs, 10_000);
  assertEquals(sent, run.samples.at(-1)!.sentEvents);
  assertEquals(saved, run.samples.at(-1)!.committedEvents);
  assertAlmostEquals(share!, 0.475, 0.02);
  assertAlmostEquals(leftMs!, 11_000, 2_000);
});

Deno.test("figuresOf() knows nothing of the end of an endless input", () => {
  const { share, leftMs } = figuresOf(runRecord(10, { inputBytes: 0 }), NOW);

  assertEquals([share, leftMs], [null, null]);
});

Deno.test("figuresOf() and stagesOf() stand a run without a sample", () => {
  const run = runRecord(0, { samples: [], processes: [], rejects: {} });
  delete run.results;

  assertEquals(figuresOf(run, NOW), {
    sent: null,
    saved: null,
    share: null,
    eventsPerSecond: null,
    elapsedMs: 0,
    leftMs: null,
    rejected: null,
  });
  assertEquals(stagesOf(run).map(({ state }) => state), Array(5).fill("none"));
});

Deno.test("figuresOf() takes the figures of the end once there are any", () => {
  const run = runRecord(20, {
    phase: "finished",
    endedMs: NOW,
    end: {
      elapsedMs: 20_000,
      events: 10_000_000,
      rejected: 1_514,
      stages: [{
        name: "parse.1",
        stage: "parse",
        events: 10_000_000,
        ownMs: 9_000,
        ipcMs: 1_000,
        p50Ms: 1,
        p95Ms: 2,
        p99Ms: 9,
      }],
    },
  });
  const figures = figuresOf(run, NOW + 99_000);

  assertEquals(figures.eventsPerSecond, 500_000);
  assertEquals([figures.share, figures.leftMs, figures.elapsedMs], [
    1,
    null,
    20_000,
  ]);
  const parse = stagesOf(run)[1]!;
  assertEquals([parse.state, parse.events, parse.eventsPerSecond], [
    "ended",
    10_000_000,
    500_000,
  ]);
  assertEquals(parse.hop!.onItsWay, null);
});

Deno.test("throughput() and latency() give curves of one length each", () => {
  const { samples } = runRecord(10);
  const speeds = throughput(samples);
  const times = latency(samples);

  assertEquals(speeds.times.length, 10);
  assertEquals(speeds.values.map(({ length }) => length), [10, 10]);
  assertEquals(times.values.map(({ length }) => length), [11, 11, 11, 11]);
  assertEquals(throughput([]), { times: [], values: [[], []] });
});

Deno.test("rejectsOf() has the most frequent reason first", () => {
  assertEquals(rejectsOf({ rejects: { b: 1, c: 7, a: 1 } }), [
    ["c", 7],
    ["a", 1],
    ["b", 1],
  ]);
});
