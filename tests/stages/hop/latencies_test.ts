import { assert, assertEquals } from "@std/assert";
import { createLatencies } from "../../../stages/hop/latencies.ts";

Deno.test("createLatencies() tells what most were within, and the longest", () => {
  const latencies = createLatencies({ digits: 3 });

  for (let ms = 1; ms <= 100; ms++) latencies.record(ms);

  assertEquals(latencies.count, 100);
  for (const percentile of [50, 95, 99]) {
    const ms = latencies.percentileMs(percentile);
    assert(Math.abs(ms - percentile) <= percentile / 100, `${ms}`);
  }
  assert(Math.abs(latencies.maxMs - 100) <= 0.1, `${latencies.maxMs}`);
});

Deno.test("createLatencies() counts a time many times, and one out of range as the nearest", () => {
  const latencies = createLatencies({ longestMs: 1_000 });

  latencies.record(5, 98);
  latencies.record(0);
  latencies.record(60_000);

  assertEquals(latencies.count, 100);
  assertEquals(latencies.percentileMs(0), 0.001);
  const middle = latencies.percentileMs(50);
  assert(Math.abs(middle - 5) <= 0.05, `${middle}`);
  assert(Math.abs(latencies.maxMs - 1_000) <= 10, `${latencies.maxMs}`);
});
