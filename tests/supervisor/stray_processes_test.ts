import { assertEquals, assertMatch } from "@std/assert";
import { testWhere } from "../support/built_clients.ts";
import { eventually } from "../support/eventually.ts";
import { createWorkspace } from "../support/supervised.ts";

/** Starts a program in a session of its own, as a daemon does. */
const DAEMON = "setsid sleep 1000 >/dev/null 2>&1 &";

Deno.test("what a service and its health checks have left in sessions of their own is told at the stop", async () => {
  await using workspace = await createWorkspace({
    daemon: { command: ["sh", "-c", `${DAEMON} exec sleep 1000`] },
    checked: {
      command: ["sleep", "1000"],
      healthcheck: { exec: ["sh", "-c", DAEMON], interval: "100ms" },
    },
    none: { command: ["sleep", "1000"] },
  });

  const supervised = workspace.supervise();
  await supervised.said(/checked: healthy/);
  // Three services, and a daemon of each of the two that have some; later more.
  await eventually(
    "two checks have each left one",
    async () => (await workspace.processes()).length >= 6,
  );
  const { stdout } = await workspace.run("stop", "daemon", "none", "--json");
  await workspace.run("stop");

  const words =
    /left 1 process behind in a session of its own, .*: sleep \(pid (\d+)\); end with: kill \1/;
  const [, pid] = await supervised.said(/daemon: .*: kill (\d+)$/);
  const [daemon, none] = JSON.parse(stdout);
  assertMatch(daemon.notes.join(), words);
  assertEquals(none.notes, undefined);
  assertEquals((await workspace.processes()).includes(Number(pid)), true);
  await supervised.said(
    /checked: left \d+ processes behind .*: (sleep \(pid \d+\)(, |;)){2}/,
  );
});

testWhere(
  "a supervisor that is process 1 says that it cannot collect orphans, and what can",
  Deno.uid() === 0 ? undefined : "only root can make a new pid namespace",
  async () => {
    await using workspace = await createWorkspace({
      a: { command: ["sh", "-c", "echo ready"], restart: "no" },
    });

    const supervised = workspace.superviseIn(
      'exec unshare --pid --fork --mount-proc "$@" --plain',
    );

    assertEquals(await supervised.exit, 0);
    await supervised.said(/process 1 of its container .*docker run --init/);
    assertEquals(
      supervised.lines.filter((line) => line.includes("--init")).length,
      1,
    );
  },
);
