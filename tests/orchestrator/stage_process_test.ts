import { assert, assertArrayIncludes } from "@std/assert";
import { awaitHealth } from "../../orchestrator/await_health.ts";
import { startStage } from "../../orchestrator/stage_process.ts";
import { KEPT_MEMORY } from "../../orchestrator/stage_program.ts";
import { stageSpecs } from "../../orchestrator/stage_specs.ts";
import { startGuardian } from "../../runtime/process/guardian.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { runFolder } from "../support/runs.ts";
import { freePorts } from "../support/free_ports.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";

Deno.test("startStage() hears from a real stage that it serves, and has it keep the memory of batches", async () => {
  await using folder = await runFolder();
  await using guardian = startGuardian();
  const { signal: hurry } = new AbortController();
  const specs = await stageSpecs({
    batch: "auto",
    batching: { batch: 1, lingerMs: 1, windowBatches: 0 },
    maxLine: 1_024,
    maxRejects: undefined,
    schema: builtInSchema(["click"]),
    inputs: [folder.file("in.ndjson")],
    output: folder.output,
    rejects: folder.rejects,
    rulesPath: new URL("../../stages/rules.yaml", import.meta.url).pathname,
    rules: [],
  }, {
    port: freePorts(),
    run: "test",
    token: "secret",
    state: folder.file("state"),
    checkpointIntervalMs: 250,
  });
  // The one that needs neither another stage nor a file that is there.
  const spec = specs.find((spec) => spec.stage === "sink")!;
  const stage = startStage(
    spec,
    spec.addresses[0],
    guardian,
    () => {},
  );
  let said = false;
  let environment: string[] = [];
  try {
    stage.connect(connect);
    await stage.awaitHealthy(async (name, connection, options) => {
      const { serves, ...others } = options;
      void serves!.then(() => said = true);
      await awaitHealth(name, connection, others);
    }, hurry);
    environment = (await Deno.readTextFile(`/proc/${stage.pid}/environ`))
      .split("\0");
  } finally {
    stage.connection.close();
    await stage.stop(hurry); // what it has said is heard by then
  }

  assert(said);
  for (const [name, bytes] of Object.entries(KEPT_MEMORY)) {
    assertArrayIncludes(environment, [`${name}=${bytes}`]);
  }
});
