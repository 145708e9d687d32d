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
    at(1_500, { ...look, reached: 100, ownMs: 100, ipcMs: 50, waitMs: 0 }),
  );
  const second = stages.take(
    at(3_500, { ...look, reached: 300, ownMs: 500, ipcMs: 150, waitMs: 1_000 }),
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
  });
});

Deno.test("createStageSamples() adds up the time of a run, whatever begins anew, and says how far it is", () => {
  const stages = createStageSamples();
  const look = (sinceMs: number, reached: number, ownMs: number) => ({
    name: "parse",
    sinceMs,
    reached,
    ownMs,
  });
  const seen = [
    at(2_000, look(1_000, 50, 50)),
    // A recovery, and read again from the last save.
    at(3_000, look(2_500, 40, 20)),
    // An estimate that has become less.
    at(4_000, look(2_500, 60, 10)),
    // Another process.
    at(5_000, look(4_500, 61, 1)),
  ].map((each) => stages.take(each).parse);

  assertEquals(seen.map((each) => each?.events), [50, 40, 60, 61]);
  assertEquals(seen.map((each) => each?.ownMs), [50, 40, 0, 2]);
  assertEquals(stages.totals().parse, {
    ownMs: 71,
    ipcMs: null,
    waitMs: null,
    rejected: null,
    dropped: null,
  });
});

Deno.test("createStageSamples() adds up the processes of a stage; of latencies the worst counts, of places the furthest", () => {
  const stages = createStageSamples();
  const latency = { p50Ms: 1, p95Ms: 2, p99Ms: 3, maxMs: 4 };
  const one = { sinceMs: 0, onItsWay: 10, batch: 50, ownMs: 5, latency };

  const { parse } = stages.take(at(
    1_000,
    { ...one, name: "parse.1", reached: 5 },
    { ...one, name: "parse.2", reached: 7, latency: { ...latency, p99Ms: 9 } },
  ));

  assertEquals(parse?.events, 7);
  assertEquals(parse?.onItsWay, 20);
  assertEquals(parse?.batch, 50);
  assertEquals(parse?.p99Ms, 9);
  assertEquals(stages.totals().parse?.ownMs, 10);
});

Deno.test("createStageSamples() says nothing of a stage that does not tell, and does not forget it", () => {
  const stages = createStageSamples();
  stages.take(at(1_000, { name: "sink", sinceMs: 0, waitMs: 5 }));

  assertEquals(stages.take(at(2_000)), {});
  assertEquals(stages.totals().sink?.waitMs, 5);
});

Deno.test("createStageSamples() has the rejects that aggregate knows, each once", () => {
  const stages = createStageSamples();
  const look = (count: number): StageLook => ({
    name: "aggregate",
    filtered: 7,
    rejects: [
      { stage: "parse", reason: "no JSON", count },
      { stage: "rules", reason: "no JSON", count: 1 },
      { stage: "parse", reason: "", count: 2 },
    ],
  });
  const before = stages.rejects;
  stages.take(at(1_000, look(9), { name: "parse" }, { name: "rules" }));
  // What was counted since the last save is read again.
  stages.take(at(2_000, look(5)));

  assertEquals(before, undefined);
  assertEquals(stages.rejects, { "no JSON": 6, "other reasons": 2 });
  const { parse, rules, aggregate } = stages.totals();
  assertEquals([parse?.rejected, rules?.rejected, aggregate?.rejected], [
    7,
    1,
    0,
  ]);
  assertEquals([parse?.dropped, rules?.dropped], [null, 7]);
});

Deno.test("createStageSamples() tells 100 reasons apart, of any name", () => {
  const stages = createStageSamples();
  const rejects = Array.from(
    { length: 1_000 },
    (_, at) => ({ reason: at === 0 ? "__proto__" : `reason ${at}`, count: 1 }),
  );
  stages.take(at(1_000, { name: "aggregate", filtered: 0, rejects }));

  assertEquals(Object.keys(stages.rejects!).length, 101);
  assertEquals(Object.entries(stages.rejects!)[0], ["__proto__", 1]);
  assertEquals(stages.rejects!["other reasons"], 900);
});
