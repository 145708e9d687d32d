/** Our own stages do what a stage must do: in short here, as a whole in CI. */

import { assertEquals } from "@std/assert";
import { loadStageCatalog } from "../../../orchestrator/stage_catalog.ts";
import { type StageName, STAGES } from "../../../stages/names.ts";
import { checksOf, runChecks } from "../../../tasks/conformance/run_checks.ts";
import { RUST_PARSE, testBuilt } from "../../support/built_clients.ts";

/** One or two of each topic, none of which takes long. */
const SHORT = [
  ...["serves-line", "token", "opening-first", "opening-passed"],
  ...["window-batches", "credit-in-time", "gap", "oversized", "empty-input"],
  ...["sync-passed", "lanes-through", "report-counts"],
  ...["cut-before-last", "fault-passed", "newer-stream"],
  ...["same-generated", "same-hostile", "sigterm"],
];
/** What is not the engine's, which all of our stages in TypeScript share. */
const OWN_PART = ["sync-saves", "report-counts", "run-updates", "same-hostile"];

/** Our stages, and the variants of them in other languages with what is built. */
const OWN: {
  stage: StageName;
  variant?: string;
  programs: string[];
  only: string[];
}[] = [
  ...STAGES.map((stage) => ({
    stage,
    programs: [],
    only: stage === "parse" ? SHORT : OWN_PART,
  })),
  { stage: "parse", variant: "rust", programs: [RUST_PARSE], only: SHORT },
];

for (const { stage, variant, programs, only } of OWN) {
  const name = variant === undefined ? stage : `${stage}=${variant}`;
  testBuilt(
    `stage "${name}" passes the short form of the conformance checks`,
    programs,
    async () => {
      const catalog = await loadStageCatalog();
      const looked = { stage, catalog, variant };

      const results = await runChecks(looked, { only, quick: true });

      // Each of them was made: none is left out.
      assertEquals(
        results.map(({ tookMs: _ms, sentence: _sentence, ...result }) =>
          result
        ),
        checksOf(stage, { only }).map(({ id }) => ({
          id,
          outcome: "ok",
        })),
      );
    },
  );
}
