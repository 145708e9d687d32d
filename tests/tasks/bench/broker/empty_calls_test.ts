import { assert, assertEquals } from "@std/assert";
import { startGuardian } from "../../../../runtime/process/guardian.ts";
import { measureEmptyCalls } from "../../../../tasks/bench/broker/empty_calls.ts";

Deno.test("measureEmptyCalls() times as many calls of grpc-js alone as it is told", async () => {
  await using guardian = startGuardian();

  const { empty, empty64 } = await measureEmptyCalls(guardian, {
    resolves: 20,
    inFlightResolves: 100,
  });

  const { count, p50Ms, p99Ms } = empty;
  assertEquals([count, empty64.count], [20, 100]);
  assert(0 < p50Ms && p50Ms <= p99Ms);
  assert(empty64.perSecond > 0);
});
