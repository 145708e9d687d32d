import { assertEquals } from "@std/assert";
import { createStageSamples } from "../../../dashboard/runs/stage_samples.ts";
import type { StageLook } from "../../../proto/types/pipeline/v1/StageLook.ts";

/** One look, at what so many stages say. */
function at(timeMs: number, ...stages: StageLook[]) {
  return { timeMs, stages: stages.map((stage) => ({ timeMs, ...stage })) };
}

Deno.test("createStageSamples() gives what a second of wall time went into", () => {
  const stages = createStageSamples();
  const look = { name: "rules", sinceMs: 1_000 };

  const first = stages.take(
    at(1_500, { ...look, events: 100, ownMs: 100, ipcMs: 50, waitMs: 0 }),
  );
  const second = stages.take(
    at(3_500, { ...look, events: 300, ownMs: 500, ipcMs: 150, waitMs: 1_000 }),
  );

  assertEquals(first.rules?.ownMs, 200);
  assertEquals(second.rules, {
    events: 300,
    ownMs: 200,
    ipcMs: 50,
    waitMs: 500,
    onItsWay: null,
    batch: null,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    rejected: 0,
  });
});

Deno.test("createStageSamples() only ever counts up, whatever begins anew", () => {
  const stages = createStageSamples();
  const look = (sinceMs: number, events: number, count: number) => ({
    name: "parse",
    sinceMs,
    events,
    ownMs: events,
    rejects: [{ reason: "no JSON", count }],
  });
  const seen = [
    at(2_000, look(1_000, 50, 5)),
    // A recovery, and as much again as there was.
    at(3_000, look(2_500, 50, 5)),
    // An estimate that has become less.
    at(4_000, { ...look(2_500, 60, 6), ownMs: 10 }),
    // Another process.
    at(5_000, look(4_500, 1, 1)),
  ].map((each) => stages.take(each).parse);

  assertEquals(seen.map((each) => each?.events), [50, 100, 110, 111]);
  assertEquals(seen.map((each) => each?.rejected), [5, 10, 11, 12]);
  assertEquals(seen.map((each) => each?.ownMs), [50, 100, 0, 2]);
  assertEquals(stages.rejects, { "no JSON": 12 });
});

Deno.test("createStageSamples() adds up the processes of a stage; of latencies the worst counts", () => {
  const stages = createStageSamples();
  const latency = { p50Ms: 1, p95Ms: 2, p99Ms: 3, maxMs: 4 };
  const one = { sinceMs: 0, onItsWay: 10, batch: 50, latency };

  const { parse } = stages.take(at(
    1_000,
    { ...one, name: "parse.1", events: 5 },
    { ...one, name: "parse.2", events: 7, latency: { ...latency, p99Ms: 9 } },
  ));

  assertEquals(parse?.events, 12);
  assertEquals(parse?.onItsWay, 20);
  assertEquals(parse?.batch, 50);
  assertEquals(parse?.p99Ms, 9);
});

Deno.test("createStageSamples() says nothing of a stage that does not tell, and does not forget it", () => {
  const stages = createStageSamples();
  stages.take(at(1_000, { name: "sink", sinceMs: 0, events: 5 }));

  assertEquals(stages.take(at(2_000)), {});
  assertEquals(
    stages.take(at(3_000, { name: "sink", sinceMs: 2_500, events: 1 })).sink
      ?.events,
    6,
  );
});

Deno.test("createStageSamples() tells 100 reasons apart, of any name", () => {
  const stages = createStageSamples();
  const rejects = Array.from(
    { length: 1_000 },
    (_, at) => ({ reason: at === 0 ? "__proto__" : `reason ${at}`, count: 1 }),
  );
  stages.take(at(1_000, { name: "parse", sinceMs: 0, rejects }));

  assertEquals(Object.keys(stages.rejects).length, 101);
  assertEquals(Object.entries(stages.rejects)[0], ["__proto__", 1]);
  assertEquals(stages.rejects["other reasons"], 900);
});
