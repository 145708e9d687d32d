import { assertRejects } from "@std/assert";
import { holdPorts } from "../../orchestrator/stage_processes.ts";
import type { StageSpec } from "../../orchestrator/stage_specs.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { spawnFixture } from "../support/spawned.ts";

/** Listens on a port, as a stage that process `owner` has started would. */
function startStage(owner: number) {
  return spawnFixture("ends_with_first_client.ts", {
    args: ["parse", "--run=test", `--owner=${owner}`],
  });
}

function hold(address: string, stop?: AbortSignal): Promise<Disposable> {
  return holdPorts([
    { name: "ingest", addresses: [address] } as unknown as StageSpec,
  ], stop);
}

Deno.test("the ports of a killed run are waited for", async () => {
  // Its parent is this process, so process 1 is not its owner any more.
  await using left = await startStage(1);
  const holding = hold(left.firstLine);
  const ended = new Promise((resolve) => setTimeout(resolve, 300));

  await Promise.race([holding, ended]);
  left.kill("SIGKILL");

  using _held = await holding;
});

Deno.test("the wait for the ports of a killed run ends with the run that waits", async () => {
  await using left = await startStage(1);

  await assertRejects(
    () => hold(left.firstLine, AbortSignal.timeout(100)),
    DOMException,
    "aborted",
  );
});

Deno.test("the ports of a run that lives are not waited for", async () => {
  await using stage = await startStage(Deno.pid);

  await assertRejects(
    () => hold(stage.firstLine),
    Failure,
    'Cannot start stage "ingest": Cannot serve on',
  );
});
