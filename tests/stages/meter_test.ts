import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { cpuMs, createMeter } from "../../stages/meter.ts";

/** Keeps the processor busy until its clock has moved on. */
function work(ms: number): void {
  for (const end = cpuMs() + ms; cpuMs() < end;);
}

/** Lets time pass without work. */
function idle(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("createMeter() begins with nothing measured", () => {
  const { cpuMs, peakRssBytes, ...report } = createMeter("parse").report();

  assertEquals(report, {
    name: "parse",
    eventsIn: 0,
    eventsOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    batches: 0,
    processingMs: 0,
    codecMs: 0,
    waitingMs: 0,
  });
  assertGreaterOrEqual(Number(cpuMs), 0);
  assertGreater(Number(peakRssBytes), 1_048_576);
});

Deno.test("createMeter() counts the CPU time of processing as part of all", async () => {
  const meter = createMeter("parse");

  const result = meter.processing(() => (work(20), "done"));
  const later = await meter.processingAsync(() => {
    work(20);
    return Promise.resolve("later");
  });
  work(20);
  const { processingMs, cpuMs } = meter.report();

  assertEquals([result, later], ["done", "later"]);
  // Two thirds, give or take what the other threads of the process do.
  const share = Number(processingMs) / Number(cpuMs);
  assert(share > 0.5 && share < 0.8, `${share} of the CPU time`);
});

Deno.test("createMeter() counts work on both sides of a wait, and not the wait", async () => {
  const meter = createMeter("parse");

  meter.processing(() => work(20));
  await meter.waiting(idle(50));
  meter.processing(() => work(20));
  const { processingMs, cpuMs } = meter.report();

  assertGreater(Number(processingMs), 35);
  assertGreaterOrEqual(Number(cpuMs), Number(processingMs));
});

Deno.test("createMeter() counts reading as work for what CPU time it takes", async () => {
  const meter = createMeter("ingest");

  await meter.processingAsync(async () => {
    work(20);
    await meter.reading(async () => {
      await idle(100);
      work(20);
    });
    work(20);
  });
  await meter.waiting(idle(1));
  work(20);
  const { processingMs, cpuMs } = meter.report();

  assertGreater(Number(processingMs), 55);
  assertGreater(Number(cpuMs), Number(processingMs) + 15);
});

Deno.test("createMeter() does not count waiting as work", async () => {
  const meter = createMeter("parse");
  const waited = Promise.withResolvers<string>();

  const result = meter.waiting(waited.promise);
  work(10);
  waited.resolve("done");

  assertEquals(await result, "done");
  const { waitingMs, processingMs } = meter.report();
  assertGreater(Number(waitingMs), 0);
  assertEquals(processingMs, 0);
});

Deno.test("createMeter() adds up the time of coding", () => {
  const meter = createMeter("parse");

  const result = meter.codec(() => (work(5), "coded"));
  meter.addCodec(1_000);

  assertEquals(result, "coded");
  const { codecMs } = meter.report();
  assert(Number(codecMs) > 1_000 && Number(codecMs) < 2_000);
});

Deno.test("createMeter() lets errors through", async () => {
  const meter = createMeter("parse");
  const fail = () => {
    throw new RangeError("no");
  };

  assertThrows(() => meter.processing(fail), RangeError);
  assertThrows(() => meter.codec(fail), RangeError);
  await assertRejects(() => meter.waiting(Promise.reject(new RangeError())));
});

Deno.test("createMeter() reports percentiles of the batches", () => {
  const meter = createMeter("parse");

  for (let ms = 1; ms <= 100; ms++) meter.batchDone(ms);

  const { p50Ms, p95Ms, p99Ms } = meter.report().batchLatency!;
  assertAlmostEquals(Number(p50Ms), 50, 1);
  assertAlmostEquals(Number(p95Ms), 95, 1);
  assertAlmostEquals(Number(p99Ms), 99, 1);
});

Deno.test("createMeter() takes batches of no time and of hours", () => {
  const meter = createMeter("parse");

  meter.batchDone(0);
  meter.batchDone(10 * 3_600_000);

  assertGreater(Number(meter.report().batchLatency!.p99Ms), 0);
});

Deno.test("createMeter() tells how long ago the events of a batch were read", () => {
  const meter = createMeter("aggregate");
  const nowMs = performance.timeOrigin + performance.now();

  meter.eventsDone(1_000, { firstMs: nowMs - 8_000, lastMs: nowMs - 1_000 });
  const { p50Ms, maxMs } = meter.report().eventLatency!;

  assertAlmostEquals(Number(p50Ms), 4_000, 600);
  assertAlmostEquals(Number(maxMs), 8_000, 200);
});

Deno.test("createMeter() tells no latency of events whose time is not known", () => {
  const meter = createMeter("aggregate");

  meter.eventsDone(10, {});
  meter.eventsDone(0, { firstMs: 1, lastMs: 1 });

  assertEquals(meter.report().eventLatency, undefined);
});
