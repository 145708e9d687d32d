import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { cpuMs } from "../../../stages/hop/clocks.ts";
import { createMeter, createMeters } from "../../../stages/hop/meter.ts";
import { OPENING } from "../../support/stage_server.ts";

/** A process whose clocks move when it is told. */
function fakeProcess() {
  let cpu = 1_000;
  let wall = 5_000;
  return {
    clocks: { cpuMs: () => cpu, wallMs: () => wall },
    /** Works; by default with a core of its own. */
    work(cpuMs: number, wallMs = cpuMs): void {
      cpu += cpuMs;
      wall += wallMs;
    },
  };
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

Deno.test("createMeter() gives processing its share of the CPU time", async () => {
  const { clocks, work } = fakeProcess();
  const meter = createMeter("parse", 0, clocks);

  const result = meter.processing(() => (work(20), "done"));
  const later = await meter.processingAsync(() => {
    work(10);
    return Promise.resolve("later");
  });
  work(10);
  const { processingMs, cpuMs } = meter.report();

  assertEquals([result, later], ["done", "later"]);
  assertEquals([processingMs, cpuMs], [30, 40]);
});

Deno.test("createMeter() does not count as work that the process had no core", () => {
  const { clocks, work } = fakeProcess();
  const meter = createMeter("parse", 0, clocks);

  meter.processing(() => work(20, 60));
  work(20, 60);
  const { processingMs, cpuMs } = meter.report();

  assertEquals([processingMs, cpuMs], [20, 40]);
});

Deno.test("createMeter() counts work on both sides of a wait, and not the wait", async () => {
  const { clocks, work } = fakeProcess();
  const meter = createMeter("parse", 0, clocks);
  const waited = Promise.withResolvers<string>();

  meter.processing(() => work(20));
  const result = meter.waiting(waited.promise);
  work(5, 50); // what comes in while it waits
  waited.resolve("done");
  await result;
  meter.processing(() => work(10));
  work(10);
  const { processingMs, cpuMs, waitingMs } = meter.report();

  assertEquals(await result, "done");
  assertEquals([processingMs, cpuMs, waitingMs], [30, 45, 50]);
});

Deno.test("createMeter() reads the CPU clock for some stretches, and takes the others to be like them", async () => {
  const { clocks, work } = fakeProcess();
  let reads = 0;
  const meter = createMeter("parse", 0, {
    ...clocks,
    cpuMs: () => (reads++, clocks.cpuMs()),
  });

  for (let stretch = 0; stretch < 1_000; stretch++) {
    meter.processing(() => work(0.05, 0.1));
    await meter.waiting(Promise.resolve());
  }
  const { processingMs } = meter.report();

  // All but the last few, which wait for one that is timed.
  assertAlmostEquals(Number(processingMs), 50, 0.5);
  assertGreater(300, reads);
});

Deno.test("createMeter() looks at the clock for some of many short pieces of work", async () => {
  const { clocks, work } = fakeProcess();
  let reads = 0;
  const meter = createMeter("parse", 0, {
    ...clocks,
    wallMs: () => (reads++, clocks.wallMs()),
  });

  for (let burst = 0; burst < 100; burst++) {
    for (let batch = 0; batch < 100; batch++) {
      meter.processing(() => work(0.002));
      meter.codec(() => work(0.001));
      work(0.007);
    }
    await meter.waiting(Promise.resolve());
  }
  const { processingMs, codecMs } = meter.report();

  assertAlmostEquals(Number(processingMs), 20, 0.1);
  assertAlmostEquals(Number(codecMs), 10, 0.1);
  assertGreater(10_000, reads);
});

Deno.test("createMeter() weighs the times of batches by how many each is of", () => {
  const meter = createMeter("parse");

  meter.batchDone(100, 1);
  meter.batchDone(1, 5);

  assertAlmostEquals(Number(meter.report().batchLatency!.p50Ms), 1, 0.1);
});

Deno.test("createMeter() takes no more for work than the CPU time that there was", async () => {
  const { clocks, work } = fakeProcess();
  const meter = createMeter("parse", 0, clocks);

  // The stretches that are measured have a core, the others have none.
  for (let stretch = 0; stretch < 100; stretch++) {
    meter.processing(() => work(stretch === 0 ? 1 : 0, 1));
    await meter.waiting(Promise.resolve());
  }
  const { processingMs, cpuMs } = meter.report();

  assertGreaterOrEqual(Number(cpuMs), Number(processingMs));
});

Deno.test("createMeter() counts reading as work for what CPU time it takes", async () => {
  const { clocks, work } = fakeProcess();
  const meter = createMeter("ingest", 0, clocks);

  await meter.processingAsync(async () => {
    work(20);
    await meter.reading(() => {
      work(3, 1_000);
      return Promise.resolve();
    });
    work(10);
  });
  work(10);
  const { processingMs, cpuMs } = meter.report();

  assertEquals([processingMs, cpuMs], [33, 43]);
});

Deno.test("createMeter() reads the real clocks", () => {
  const meter = createMeter("parse");

  meter.processing(() => {
    for (const end = cpuMs() + 5; cpuMs() < end;);
  });
  const report = meter.report();

  assertGreater(Number(report.processingMs), 0);
  assertGreaterOrEqual(Number(report.cpuMs), Number(report.processingMs));
});

Deno.test("createMeter() adds up the time of coding", () => {
  const { clocks, work } = fakeProcess();
  const meter = createMeter("parse", 0, clocks);

  const result = meter.codec(() => (work(5), "coded"));
  meter.addCodec(1_000);

  assertEquals(result, "coded");
  assertEquals(meter.report().codecMs, 1_005);
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

Deno.test("createMeter() of several streams waits when all of them do", async () => {
  const meter = createMeter("rules");
  meter.streams = 2;
  const [one, two] = [Promise.withResolvers(), Promise.withResolvers()];

  const first = meter.waiting(one.promise as Promise<void>);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(meter.report().waitingMs, 0);
  const second = meter.waiting(two.promise as Promise<void>);
  await new Promise((resolve) => setTimeout(resolve, 10));
  one.resolve(undefined);
  await first;
  const { waitingMs } = meter.report();
  await new Promise((resolve) => setTimeout(resolve, 10));
  two.reject(new Error("broken"));
  await assertRejects(() => second);

  assertGreater(Number(waitingMs), 5);
  assertEquals(meter.report().waitingMs, waitingMs);
});

function lane(opening: string, index: number) {
  return { ...OPENING, lane: { opening, index, count: 2 } };
}

Deno.test("streams of one opening share a meter, those of another do not", () => {
  const meters = createMeters("rules", 3);

  using one = meters.take(lane("o1", 0));
  using two = meters.take(lane("o1", 1));
  using other = meters.take(lane("o2", 0));

  assertStrictEquals(one.meter, two.meter);
  assertEquals(one.meter.streams, 2);
  assert(one.meter !== other.meter);
  assertEquals(one.meter.report().worker, 3);
});

Deno.test("a stream that is the only one has a meter of its own", () => {
  const meters = createMeters("rules");

  using one = meters.take(OPENING);
  using two = meters.take(OPENING);

  assert(one.meter !== two.meter);
  assertEquals("worker" in one.meter.report(), false);
});

Deno.test("a meter lasts until the last of its streams is over", () => {
  const meters = createMeters("rules");
  const one = meters.take(lane("o1", 0));
  const two = meters.take(lane("o1", 1));

  one[Symbol.dispose]();
  assertEquals(two.meter.streams, 1);
  using again = meters.take(lane("o1", 0));
  assertStrictEquals(again.meter, two.meter);
  again.meter.streams = 1;
  two[Symbol.dispose]();
  using fresh = meters.take(lane("o1", 0));
  assert(fresh.meter !== two.meter);
});

Deno.test("createMeter() can be looked at while it goes on, which changes nothing", async () => {
  const reportsOf = async (isLookedAt: boolean) => {
    const { clocks, work } = fakeProcess();
    const meter = createMeter("parse", 0, clocks);
    const looks: ReturnType<typeof meter.look>[] = [];
    const look = () => isLookedAt && looks.push(meter.look());
    meter.eventsIn += 5;
    for (let round = 0; round < 3; round++) {
      meter.processing(() => {
        work(7);
        look();
        work(3);
      });
      work(10);
      look();
      const waited = Promise.withResolvers<void>();
      const waiting = meter.waiting(waited.promise);
      work(0, 5);
      look();
      waited.resolve();
      await waiting;
    }
    meter.reached = 5;
    look();
    const { peakRssBytes: _, ...report } = meter.report();
    return { report, looks };
  };
  const { report } = await reportsOf(false);
  const seen = await reportsOf(true);
  const last = seen.looks.at(-1)!;

  assertEquals(seen.report, report);
  assertEquals(
    seen.looks.slice(0, 3).map(({ ownMs, ipcMs, waitMs }) => [
      ownMs,
      ipcMs,
      waitMs,
    ]),
    [[7, 0, 0], [10, 10, 0], [10, 10, 5]],
  );
  assertAlmostEquals(Number(last.ownMs), Number(report.processingMs));
  assertEquals(last.reached, 5);
  assertEquals(last.waitMs, report.waitingMs);
});
