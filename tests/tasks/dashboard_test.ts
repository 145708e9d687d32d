import { assertEquals, assertMatch } from "@std/assert";
import { stateDirOf } from "../../supervisor/config/config.ts";
import { freePorts } from "../support/free_ports.ts";
import { createWorkspace } from "../support/supervised.ts";

Deno.test("dashboard says which line a supervisor without one lacks", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["sleep", "1000"] },
  });
  const supervised = workspace.supervise();
  await supervised.said(/a: started/);

  const { code, stdout, stderr } = await workspace.run("dashboard");

  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^Cannot open the dashboard: "\S*config\.yaml" has none; add the line "dashboard: true" at its top, and then "deno task reload --config=\S+"$/m,
  );
});

Deno.test("a dashboard without a supervisor has the port of the folder's own", async () => {
  await using workspace = await createWorkspace({});
  const port = freePorts(1);
  const state = stateDirOf(`${workspace.folder}/config.yaml`);
  await Deno.mkdir(state, { mode: 0o700 });
  await Deno.writeTextFile(
    `${state}/ports.json`,
    JSON.stringify({ "dashboard-1": port }),
  );

  const dashboard = workspace.start("dashboard", "--no-open");
  const [, chosen] = await dashboard.said(/^dashboard: http:..[^:]*:(\d+)/);
  dashboard.kill("SIGINT");

  assertEquals(Number(chosen), port);
  assertEquals(await dashboard.exit, 130);
});
