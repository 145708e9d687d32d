/** What was stopped by hand, over the end of a supervisor. */

import { assertEquals, assertMatch } from "@std/assert";
import { testsAtOnce } from "../support/at_once.ts";
import { createWorkspace, type Workspace } from "../support/supervised.ts";

const test = testsAtOnce("restart: unless-stopped");

const SLEEP = { command: ["sleep", "1000"] };

async function statesOf(workspace: Workspace): Promise<string[]> {
  const services = await workspace.services();
  return [...services.values()].map(({ name, state }) => `${name} ${state}`);
}

test("what was stopped by hand stays so after a kill -9, until somebody starts it", async () => {
  await using workspace = await createWorkspace({
    db: { ...SLEEP, restart: "unless-stopped" },
    web: { ...SLEEP, restart: "always" },
  });
  const first = workspace.supervise();
  await first.said(/web: started/);
  const stopped = await workspace.run("stop", "db", "web");
  assertEquals(stopped.code, 0, stopped.stderr);
  first.kill("SIGKILL");
  await first.exit;

  const second = await workspace.run("supervise", "--wait");

  assertEquals(second.code, 0, second.stderr);
  assertMatch(
    second.stdout,
    /db +exited .* was stopped by hand and stays so until somebody starts it/,
  );
  assertEquals(await statesOf(workspace), ["db exited", "web running"]);
  const started = await workspace.run("start", "db");
  assertEquals(started.code, 0, started.stderr);
  // The end of everything stops nothing by hand.
  assertEquals((await workspace.run("stop")).code, 0);
  const third = workspace.supervise();
  await third.said(/db: started/);
  third.kill("SIGINT");
  await third.exit;
});

test("`supervise` starts what it names, though it was stopped by hand", async () => {
  await using workspace = await createWorkspace({
    db: { ...SLEEP, restart: "unless-stopped" },
    web: { ...SLEEP, depends_on: ["db"] },
  });
  const first = workspace.supervise();
  await first.said(/web: started/);
  assertEquals((await workspace.run("stop", "db")).code, 0);
  first.kill("SIGINT");
  await first.exit;

  const second = workspace.supervise("web");
  await second.said(/db: was stopped by hand and stays so/);
  await second.said(/web: waits for db to be started/);
  second.kill("SIGINT");
  await second.exit;
  const third = workspace.supervise("web", "db");
  await third.said(/db: started/);
  await third.said(/web: started/);
  third.kill("SIGINT");

  assertEquals(await third.exit, 130);
});
