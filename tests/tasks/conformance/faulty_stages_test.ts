/** Each fault of a stage is found, by the check that is for it. */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { loadStageCatalog } from "../../../orchestrator/stage_catalog.ts";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { runChecks } from "../../../tasks/conformance/run_checks.ts";
import { STAGE_FAULTS } from "../../support/stage_faults.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** Some checks wait for what a faulty stage never does. */
const PATIENCE_MS = 5_000;
/** How many stages are looked at at once. */
const AT_ONCE = 3;

/** A stages file with a variant for each fault; JSON is YAML. */
function stagesFile(): string {
  const variant = (fault: string) => ({
    script: join(PROJECT, "tests/fixtures/faulty_stage.ts"),
    args: [`--fault=${fault}`],
    permissions: { net: ["self", "next"], read: ["given"], write: ["given"] },
  });
  const variants = (stage: string) =>
    Object.fromEntries(
      ["none", ...Object.keys(STAGE_FAULTS)]
        .filter((fault) => (STAGE_FAULTS[fault]?.stage ?? "parse") === stage)
        .map((fault) => [fault, variant(fault)]),
    );
  const stages = Object.fromEntries(
    ["parse", "aggregate"].map((stage) => [
      stage,
      { variants: variants(stage) },
    ]),
  );
  return JSON.stringify({ stages });
}

Deno.test("the checks find each fault of a stage, and none where there is none", async () => {
  await using folder = await tempFolder();
  const path = folder.file("stages.yaml");
  await Deno.writeTextFile(path, stagesFile());
  const catalog = await loadStageCatalog(path);
  const failedOf = async (
    stage: "parse" | "aggregate",
    variant: string,
    only: string[],
    patience: { patienceMs?: number } = {},
  ) => {
    const results = await runChecks({ stage, variant, catalog }, {
      only,
      quick: true,
      ...patience,
    });
    return results.filter(({ outcome }) => outcome !== "ok")
      .map(({ id, outcome }) => `${id} ${outcome}`);
  };
  const faults = Object.entries(STAGE_FAULTS);

  const ofNone = await failedOf(
    "parse",
    "none",
    faults.map(([, { check }]) => check),
  );
  const found: Record<string, string[]> = {};
  const left = [...faults];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next; (next = left.shift());) {
      const [name, { stage, check }] = next;
      found[name] = await failedOf(stage, name, [check], {
        patienceMs: PATIENCE_MS,
      });
    }
  }));

  assertEquals(ofNone, []);
  assertEquals(
    found,
    Object.fromEntries(
      faults.map(([name, { check }]) => [name, [`${check} FAILED`]]),
    ),
  );
});
