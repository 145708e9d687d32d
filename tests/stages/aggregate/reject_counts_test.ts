import { assertEquals } from "@std/assert";
import {
  createRejectCounts,
  withUntold,
} from "../../../stages/aggregate/reject_counts.ts";

Deno.test("createRejectCounts() counts by stage and reason, and goes on from before", () => {
  const first = createRejectCounts();
  first.add({ stage: "parse", reason: "no JSON" });
  first.add({ stage: "rules", reason: "no JSON" });
  const saved = first.all();
  const next = createRejectCounts(saved);
  next.add({ stage: "parse", reason: "no JSON" });

  assertEquals(next.all(), [
    { stage: "parse", reason: "no JSON", count: 2 },
    { stage: "rules", reason: "no JSON", count: 1 },
  ]);
  assertEquals(saved[0]?.count, 1);
});

Deno.test("createRejectCounts() tells 50 reasons apart, and of the others only the stage", () => {
  const rejects = createRejectCounts();
  for (let at = 0; at < 200; at++) {
    rejects.add({ stage: "parse", reason: `reason ${at % 60}` });
  }
  rejects.add({ stage: "aggregate", reason: "too late" });
  const all = rejects.all();

  assertEquals(all.length, 52);
  assertEquals(all.slice(-2).map(({ stage, reason }) => [stage, reason]), [
    ["parse", ""],
    ["aggregate", ""],
  ]);
  assertEquals(all.reduce((sum, { count }) => sum + count, 0), 201);
});

Deno.test("withUntold() comes to the total, whatever was not saved", () => {
  const told = [{ stage: "parse", reason: "no JSON", count: 2 }];

  assertEquals(withUntold(told, 2), told);
  assertEquals(withUntold(told, 5), [
    ...told,
    { stage: "", reason: "", count: 3 },
  ]);
});
