import { assert, assertEquals } from "@std/assert";
import { startGuardian } from "../../../../runtime/process/guardian.ts";
import { measureCalculations } from "../../../../tasks/bench/broker/calculations.ts";

Deno.test("measureCalculations() times as many calculations as it is told, through a broker of its own", async () => {
  await using guardian = startGuardian();

  const { calculate, calculate64 } = await measureCalculations(guardian, {
    calculations: 20,
    inFlightCalculations: 100,
  });

  const { count, p50Ms, p99Ms } = calculate;
  assertEquals([count, calculate64.count], [20, 100]);
  assert(0 < p50Ms && p50Ms <= p99Ms);
  assert(calculate64.perSecond > 0);
});
