import { assertEquals } from "@std/assert";
import {
  BATCHES,
  comparedTogether,
  eventWorkloads,
  flagsOf,
  largeSettings,
  variantOf,
  variantSettings,
  workItemWorkloads,
} from "../../../tasks/bench/plan.ts";

Deno.test("eventWorkloads() gives small batches fewer events, and one input to those that get equally many", () => {
  const workloads = eventWorkloads(1_000);

  assertEquals(
    workloads.map(({ generate, batches }) => [generate.count, batches]),
    [
      [100, ["1"]],
      [500, ["10"]],
      [1_000, ["50", "100", "1000", "auto", "auto parse:2"]],
    ],
  );
});

Deno.test("eventWorkloads() gives even the smallest bench events for each setting", () => {
  assertEquals(
    eventWorkloads(200).map(({ generate }) => generate.count),
    [20, 100, 200],
  );
});

Deno.test("eventWorkloads() gives some settings many more events as well", () => {
  const workloads = eventWorkloads(1_000, [...BATCHES, ...largeSettings(10)]);

  assertEquals(
    workloads.slice(2).map(({ generate, batches }) => [
      generate.count,
      batches,
    ]),
    [
      [1_000, ["50", "100", "1000", "auto", "auto parse:2"]],
      [10_000, ["100", "auto"]],
    ],
  );
});

Deno.test("workItemWorkloads() has one input for each size, never an empty one", () => {
  const counts = (events: number) =>
    workItemWorkloads(events).map(({ payload, generate }) => [
      payload,
      generate.count,
    ]);

  assertEquals(counts(1_000_000), [
    ["small", 30_000],
    ["medium", 15_000],
    ["large", 4_000],
  ]);
  assertEquals(counts(200), [["small", 6], ["medium", 3], ["large", 1]]);
  assertEquals(counts(100), [["small", 3], ["medium", 2], ["large", 1]]);
  assertEquals(
    workItemWorkloads(100).map(({ batches }) => batches),
    [["10", "100"], ["10", "100"], ["10", "100"]],
  );
  assertEquals(workItemWorkloads(100, []), []);
});

Deno.test("comparedTogether() puts a stage by another program right behind ours", () => {
  const batches = ["100", "auto", "auto parse:2", "100 parse=rust"];

  assertEquals(
    comparedTogether({ batches, generate: { count: 1_000_000 } }),
    [["100", "100 parse=rust"], ["auto"], ["auto parse:2"]],
  );
});

Deno.test("comparedTogether() has one group where a run takes long", () => {
  const batches = ["100", "auto"];

  assertEquals(
    comparedTogether({ batches, generate: { count: 10_000_000 } }),
    [batches],
  );
});

Deno.test("flagsOf() gives the flags of a batch, of workers, and of a stage by another program", () => {
  const settings = ["100", "auto parse:2", "1000 rules=python"];

  assertEquals(settings.map((each) => [flagsOf(each), variantOf(each)]), [
    [["--batch=100"], undefined],
    [["--batch=auto", "--workers=parse:2"], undefined],
    [
      ["--batch=1000", "--stage=rules=python"],
      { batch: "1000", stage: "rules", variant: "python" },
    ],
  ]);
});

Deno.test("variantSettings() has a setting without the variant beside each of its own", () => {
  const ours = BATCHES.map(({ batch }) => batch);

  for (const { batch, share } of variantSettings()) {
    const base = variantOf(batch)!.batch;
    assertEquals([ours.includes(base), share], [true, 1], batch);
  }
});
