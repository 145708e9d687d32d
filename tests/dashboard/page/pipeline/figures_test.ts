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
  const run = runRecord(0, { samples: [], processes: [], stages: {} });
  delete run.results;
  delete run.rejects;

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
        waitMs: 10_000,
        batch: 2_000,
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
  const speeds = throughput(runRecord(10));
  const times = latency(samples);

  assertEquals(speeds.times.length, 11);
  assertEquals(speeds.values.map(({ length }) => length), [11, 11]);
  assertEquals(times.values.map(({ length }) => length), [11, 11, 11, 11]);
  assertEquals(throughput(runRecord(0, { samples: [] })), {
    times: [],
    values: [[], []],
  });
});

Deno.test("rejectsOf() has the most frequent reason first", () => {
  assertEquals(rejectsOf({ rejects: { b: 1, c: 7, a: 1 } }), [
    ["c", 7],
    ["a", 1],
    ["b", 1],
  ]);
});

Deno.test("rejectsOf() comes to what the end says, also where nobody has told of it", () => {
  const end = { elapsedMs: 1, events: 9, rejected: 8, stages: [] };
  const all = [{ rejects: { a: 6 }, end }, { end }].map((run) =>
    rejectsOf(run)
  );

  assertEquals(all.map((each) => each.map(([, events]) => events)), [[6, 2], [
    8,
  ]]);
});

Deno.test("stagesOf() gives the figures of the whole run once it is over", () => {
  const run = runRecord(10, {
    phase: "finished",
    endedMs: NOW,
    fromEvent: 1_000_000,
    end: { elapsedMs: 10_000, events: 5_000_000, rejected: 0, stages: [] },
  });
  const last = run.samples.at(-1)!.stages.rules!;
  Object.assign(last, { ownMs: 0, ipcMs: 0, waitMs: 1 });
  const [, parse, rules] = stagesOf(run);

  assertEquals([rules!.events, rules!.eventsPerSecond], [5_000_000, 400_000]);
  assertEquals(rules!.time, { own: 0.42, ipc: 0.2, wait: 0.38 });
  // Of two processes.
  assertEquals(parse!.time, { own: 0.8, ipc: 0.13, wait: 0.07 });
  assertEquals([rules!.hop?.onItsWay, rules!.hop?.p99Ms], [null, last.p99Ms]);
  assertEquals([parse!.rejected, rules!.dropped], [1_514, 0]);
});

Deno.test("throughput() takes no speed over an instant, and has one of a run that was short", () => {
  const run = runRecord(3);
  const last = run.samples.at(-1)!;
  const short = {
    timeMs: last.timeMs + 5,
    sentEvents: last.sentEvents + 9_000,
  };
  run.samples.push({ ...last, ...short });
  const { times, values: [sent] } = throughput(run);
  const once = throughput({
    ...run,
    fromEvent: 500,
    startedMs: 1_000,
    samples: [{ ...last, timeMs: 3_000, sentEvents: 2_500 }],
  });
  const instant = throughput({
    ...run,
    samples: [last],
    startedMs: last.timeMs,
  });

  assertEquals(times.map((time) => time * 1_000 - run.startedMs), [
    0,
    1_000,
    2_000,
    3_005,
  ]);
  assertEquals(sent!.every((each) => each! < 700_000), true);
  assertEquals([once.times, once.values[0]], [[1, 3], [1_000, 1_000]]);
  assertEquals(instant.times, []);
});
