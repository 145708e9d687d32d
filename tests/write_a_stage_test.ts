/** Holds docs/write-a-stage.md against the contract and the engine. */

import { assertEquals } from "@std/assert";
import { batchingOf } from "../orchestrator/batching.ts";
import type { RunPlan } from "../orchestrator/plan.ts";
import { stageSpecs } from "../orchestrator/stage_specs.ts";
import { PROJECT } from "../runtime/program/paths.ts";
import { STAGES } from "../stages/names.ts";
import { STAGE_FLAGS } from "../stages/stage_flags.ts";
import { builtInSchema } from "../stages/schema/schema.ts";
import { contractNames } from "../tasks/generated/interfaces.ts";

const PAGE = await Deno.readTextFile(`${PROJECT}/docs/write-a-stage.md`);
const CONTRACT = contractNames(Object.fromEntries(
  await Promise.all(
    ["pipeline/v1/pipeline.proto", "pipeline/v1/run.proto"].map(async (
      path,
    ) => [path, await Deno.readTextFile(`${PROJECT}/proto/${path}`)]),
  ),
));

/** The messages and services of the contract with their fields and methods. */
const NAMES = new Set(
  Object.entries(CONTRACT).flatMap(([name, [what = ""]]) => {
    const [, owner = "", method] = /^pipeline\.v1\.(\w+)(?:\.(\w+))?/.exec(
      name,
    )!;
    return [owner, `${owner}.${method ?? what.split(" ").at(-1)}`];
  }),
);

Deno.test("each message and field that the page names is in the contract", async () => {
  const door = await Deno.readTextFile(`${PROJECT}/stages/stage.ts`);
  const named = [...PAGE.matchAll(/`([A-Z][a-z]\w+(?:\.\w+)?)`/g)]
    .map(([, name]) => name!)
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(door));

  assertEquals(named.filter((name) => !NAMES.has(name)), []);
  assertEquals(new Set(named).size > 40, true, "it names few of them");
});

Deno.test("the table of flags is what the engine gives to each stage", async () => {
  const rows = [...PAGE.matchAll(/^\| (`--.*?) +\| ([a-z, ]+?) +\|/gm)];
  const written = STAGES.map((stage): StageGiven => [
    stage,
    rows.filter(([, , stages]) => stages!.split(", ").includes(stage))
      .flatMap(([, flags]) => [...flags!.matchAll(/`--([\w-]+)/g)])
      .map(([, flag]) => flag!).sort(),
  ]);

  assertEquals(written, await givenFlags());
});

Deno.test("the engine gives no flag that a stage does not know", async () => {
  const known = Object.keys(STAGE_FLAGS);
  const given = (await givenFlags()).flatMap(([, flags]) => flags);

  assertEquals(given.filter((flag) => !known.includes(flag)), []);
  // Whoever starts a stage by hand may expose it.
  assertEquals(known.filter((flag) => !given.includes(flag)), ["expose"]);
});

/** A stage and the flags that it can be given. */
type StageGiven = [stage: string, flags: string[]];

/** All that each stage can be given. */
async function givenFlags(): Promise<StageGiven[]> {
  const plan: RunPlan = {
    batch: "auto",
    batching: batchingOf("auto"),
    inputs: ["a.ndjson", "b.ndjson"],
    maxLine: 1_000,
    anyInput: true,
    follow: true,
    allowGap: true,
    replay: "c.ndjson",
    output: "results.ndjson",
    rejects: "rejects.ndjson",
    writing: { format: "ndjson", top: 1, sort: "key" },
    appended: true,
    everyMs: 1_000,
    maxRejects: 1,
    rules: [],
    rulesPath: "rules.yaml",
    schema: builtInSchema(["click"]),
  };
  const specs = await stageSpecs(plan, {
    run: "r",
    token: "t",
    port: 6_001,
    workers: { parse: 2, rules: 2 },
    state: "/state",
    checkpointIntervalMs: 250,
  });
  return STAGES.map((stage) => [
    stage,
    [
      "address",
      ...new Set(
        specs.filter((spec) => spec.stage === stage)
          .flatMap(({ args }) => args)
          .flatMap((arg) => /^--([\w-]+)/.exec(arg)?.slice(1) ?? []),
      ),
    ].sort(),
  ]);
}
