/** A stage that keeps what it was sent is found. */

import { assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { loadStageCatalog } from "../../../orchestrator/stage_catalog.ts";
import { startGuardian } from "../../../runtime/process/guardian.ts";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { createBench } from "../../../tasks/conformance/bench.ts";
import { Violation } from "../../../tasks/conformance/check.ts";
import { checkFlat } from "../../../tasks/conformance/checks/memory.ts";
import { conformanceRules } from "../../../tasks/conformance/content.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** It keeps far more of each event than a collector leaves. */
const SIZES = { warm: 5_000, window: 10_000, windows: 3, perEvent: 32 };

Deno.test("a stage that keeps something of each event is not flat", async () => {
  await using folder = await tempFolder();
  const path = folder.file("stages.yaml");
  const keeps = {
    script: join(PROJECT, "tests/fixtures/faulty_stage.ts"),
    args: ["--fault=keeps-events"],
    permissions: { net: ["self", "next"] },
  };
  await Deno.writeTextFile(
    path,
    JSON.stringify({ stages: { parse: { variants: { keeps } } } }),
  );
  const catalog = await loadStageCatalog(path);
  await using guardian = startGuardian();
  await using bench = await createBench(
    { stage: "parse", variant: "keeps", catalog },
    {
      patienceMs: 30_000,
      folder: folder.path,
      guardian,
      rules: await conformanceRules(),
      quick: true,
    },
  );

  const { evidence } = await assertRejects(
    () => checkFlat(bench, SIZES),
    Violation,
  );

  assertMatch(
    evidence.came,
    /^at least (\d+, ){3}\d+ MiB in windows of 10,000/,
  );
});
