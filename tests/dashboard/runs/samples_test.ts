import { assert, assertEquals } from "@std/assert";
import { createSamples } from "../../../dashboard/runs/samples.ts";
import type { RunSample, StageSample } from "../../../dashboard/wire.ts";

const STAGE: StageSample = {
  events: null,
  ownMs: null,
  ipcMs: null,
  waitMs: null,
  onItsWay: null,
  batch: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
};

function sampleAt(second: number, parse: Partial<StageSample> = {}): RunSample {
  return {
    timeMs: second * 1_000,
    sentEvents: second * 10,
    committedEvents: second * 5,
    doneBytes: second,
    stages: { parse: { ...STAGE, ...parse } },
  };
}

Deno.test("createSamples() keeps all there are while there are few", () => {
  const samples = createSamples(4);
  for (const second of [1, 2, 3, 4]) samples.add(sampleAt(second));

  assertEquals(samples.all.map(({ timeMs }) => timeMs / 1_000), [1, 2, 3, 4]);
});

Deno.test("createSamples() has at most so many, evenly over any time, and the newest last", () => {
  const samples = createSamples(8);
  for (let second = 1; second <= 1_000; second++) {
    samples.add(sampleAt(second));
    assert(samples.all.length <= 8, String(samples.all.length));
    assertEquals(samples.all.at(-1)?.timeMs, second * 1_000);
    assertEquals(samples.all.at(-1)?.sentEvents, second * 10);
  }
  const times = samples.all.map(({ timeMs }) => timeMs / 1_000);
  const gaps = times.slice(1, -1).map((time, at) => time - times[at]!);

  assert(samples.all.length >= 4, String(samples.all.length));
  // But for the last, which goes on, all are of as much time.
  assert(new Set(gaps).size <= 2, gaps.join());
  assert(Math.max(...gaps) <= 2 * Math.min(...gaps), gaps.join());
});

Deno.test("createSamples() makes of two the average of what is measured, and the last of what is counted", () => {
  const samples = createSamples(2);
  samples.add(sampleAt(1, { events: 7, ownMs: 100, onItsWay: 3 }));
  samples.add(sampleAt(2, { events: 9, ownMs: 200, p99Ms: 5 }));
  samples.add(sampleAt(3));

  assertEquals(samples.all.map(({ timeMs }) => timeMs), [2_000, 3_000]);
  assertEquals(samples.all[0]?.stages.parse, {
    ...STAGE,
    events: 9,
    ownMs: 150,
    onItsWay: 3,
    p99Ms: 5,
  });
});

Deno.test("createSamples() makes what came just before a part of what comes", () => {
  const samples = createSamples();
  for (const second of [1, 2, 2.1, 3.5, 3.6]) {
    samples.add(sampleAt(second, { ownMs: second < 2.05 ? 100 : 430 }));
  }

  assertEquals(samples.all.map(({ timeMs }) => timeMs), [1_000, 2_100, 3_600]);
  assertEquals(samples.all[1]?.sentEvents, 21);
  // By how long each took.
  assertEquals(samples.all[1]?.stages.parse?.ownMs, 130);
});
