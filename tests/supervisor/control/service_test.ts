/**
 * How the supervisor's control service refuses: one code for each reason,
 * whichever method is asked.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { SupervisorService } from "../../../proto/supervisor/contract.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { connect } from "../../../runtime/rpc/connect.ts";
import { controlAddress } from "../../../supervisor/control/client.ts";
import { createWorkspace, runFixture } from "../../support/supervised.ts";

const { List, Reload, Restart, Scale, Start, Stop, Wait, WatchEvents } =
  SupervisorService;

Deno.test("the control service has one code for each refusal, and ends its streams as unavailable", async () => {
  await using workspace = await createWorkspace({
    idle: { command: ["sleep", "1000"] },
    "one-shot": { command: ["sh", "-c", "exit 3"], restart: "no" },
    stubborn: {
      command: runFixture("ignores_sigterm.ts"),
      // Outlasts every command that is to find it stopping.
      "stop_grace_period": "60s",
      healthcheck: { exec: ["true"] },
    },
  });
  const supervisor = workspace.supervise();
  await supervisor.said(/stubborn: healthy/);
  // Only then does it ignore the signal that is to find it stubborn.
  await supervisor.said(/^stubborn \| ready/);
  await supervisor.said(/one-shot: exited with code 3/);
  const address = await controlAddress(join(workspace.folder, ".denizen"));
  const { DENIZEN_TOKEN: token } = await workspace.runVariables();
  const control = connect(address, { name: "the supervisor", token });
  const stranger = connect(address, { name: "the supervisor" });
  const refused = await codeOf(stranger.unary(List, {}));
  const events = control.serverStream(WatchEvents, { knownOnly: false });
  await events.next();

  const unknown = await Promise.all([
    control.unary(Start, { names: ["nosuch"] }),
    control.unary(Stop, { names: ["nosuch"] }),
    control.unary(Restart, { names: ["nosuch"] }),
    control.unary(Wait, { names: ["nosuch"] }),
    control.unary(Scale, { replicas: { nosuch: 2 } }),
  ].map(codeOf));
  const invalid = await codeOf(
    control.unary(Scale, { replicas: { idle: 0 } }),
  );
  const restart = { names: ["stubborn"], waitMs: 200 };
  const late = await assertRejects(
    () => control.unary(Restart, restart),
    Fault,
  );
  const command = await workspace.run("restart", "--timeout=200ms", "stubborn");
  const done = await control.unary(Reload, { dryRun: true });
  const { services } = await control.unary(List, {});

  assertEquals(refused, "unauthenticated");
  assertEquals(unknown, Array(5).fill("not_found"));
  assertEquals(invalid, "invalid");
  assertEquals([late.code, late.message], [
    "timed_out",
    "Cannot restart within 200 ms: it is not over yet",
  ]);
  assertEquals(command.code, 1);
  assertMatch(command.stdout, /^stubborn +stopping/m);
  assertEquals(done.changes.map(({ change }) => change), [
    "UNCHANGED",
    "UNCHANGED",
    "UNCHANGED",
  ]);
  assertEquals(services.map(({ name, exitCode }) => [name, exitCode]), [
    ["idle", undefined],
    ["one-shot", 3],
    ["stubborn", undefined],
  ]);

  supervisor.kill("SIGTERM");
  await supervisor.said(/everything is stopped: SIGTERM/);
  Deno.kill(services.find(({ name }) => name === "stubborn")!.pid!, "SIGKILL");
  const gone = await assertRejects(async () => {
    for await (const _ of events);
  }, Fault);
  assertEquals(gone.code, "unavailable");
  await supervisor.exit;
});

async function codeOf(answer: Promise<unknown>): Promise<string> {
  const { code } = await assertRejects(() => answer, Fault);
  return code;
}
