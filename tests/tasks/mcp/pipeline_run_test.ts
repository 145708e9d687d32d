import { assertEquals, assertMatch } from "@std/assert";
import { pipelineRun } from "../../../tasks/mcp/pipeline_run.ts";
import { spawnScript } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("pipelineRun() answers with the figures of the last run that was finished", async () => {
  await using folder = await tempFolder();
  const place = {
    config: folder.file("config.yaml"),
    stateDir: folder.file(".denizen"),
  };
  const ask = (question = {}) =>
    pipelineRun(place, question, new AbortController().signal);
  assertMatch((await ask()).says.join(), /none was finished beside/);

  await using run = spawnScript("main.ts", {
    args: ["monolith", "--count=50", "--json"],
    env: { INIT_CWD: folder.path },
  });
  const printed = JSON.parse(await run.stdout.rest());

  const { says, data } = await ask();
  assertMatch(says.join(), /^No run goes on\. These are the figures/);
  const { finishedAt, output, resultCount, ...kept } = JSON.parse(
    data.join("\n"),
  );
  assertEquals(kept, printed);
  assertEquals(resultCount, printed.results.length);
  assertMatch(output, /results\.ndjson$/);
  assertMatch(finishedAt, /^20\d\d-/);

  const none = await ask({ state: folder.path });
  assertMatch(none.says.join(), /none is kept there/);
});
