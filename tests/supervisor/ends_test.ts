/** What is left running, and what is not, however the one who started it ends. */

import { assertEquals, assertMatch } from "@std/assert";
import { listProcesses } from "../../runtime/process/process_group.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { testWhere } from "../support/built_clients.ts";
import { eventually } from "../support/eventually.ts";
import {
  createWorkspace,
  runFixture,
  type Workspace,
} from "../support/supervised.ts";

const test = testsAtOnce("what ends when");

/** Runs on as somebody else, as what sudo has started. */
const NOBODY = 65534;
const AS_NOBODY = `exec setpriv --reuid=${NOBODY} --clear-groups sleep 1000`;
/** Without the right to signal the processes of others, as if not root. */
const SUPERVISE = 'exec setpriv --bounding-set=-kill "$@" --plain';

testWhere(
  "what runs as somebody else is named at the stop and at the next start, and harms no other service",
  Deno.uid() === 0 ? undefined : "only root can become another",
  async () => {
    await using workspace = await createWorkspace({
      // The first is somebody else's itself, the second has such a child.
      leader: { command: ["sh", "-c", AS_NOBODY], stop_grace_period: "100ms" },
      child: {
        command: ["sh", "-c", `(${AS_NOBODY}) & sleep 1000`],
        stop_grace_period: "100ms",
      },
      checked: {
        command: ["sleep", "1000"],
        healthcheck: {
          exec: ["sh", "-c", AS_NOBODY],
          interval: "50ms",
          timeout: "50ms",
          retries: 1,
        },
        restart: "no",
      },
      other: { command: ["sh", "-c", "echo ready; exec sleep 1000"] },
    });

    const supervised = workspace.superviseIn(SUPERVISE);
    await supervised.said(/other \| ready/);
    await supervised.said(/checked: unhealthy/);
    // Until then a signal reaches what is about to become somebody else.
    await eventually(
      "the leader, the child and a check run as nobody",
      async () => await sleepersIn(workspace, NOBODY) >= 3,
    );
    const leader = (await workspace.services()).get("leader");
    const stopped = await workspace.run("stop", "leader", "child");
    const states = await workspace.services();
    const { code, stderr } = await workspace.run("stop");
    await supervised.exit;
    assertEquals(code, 1);
    assertMatch(stderr, /could not stop (leader|child) \(pid \d+\), /);
    const next = workspace.superviseIn(SUPERVISE);
    await next.said(
      /^leader, which an earlier supervisor had left behind, cannot be stopped: sleep \(pid \d+\) runs as nobody; end it with: sudo kill -9 \d+$/,
    );
    await next.said(/other \| ready/);

    assertEquals(stopped.code, 1);
    for (const name of ["leader", "child"]) {
      assertEquals(states.get(name)?.state, "failed");
      assertMatch(
        states.get(name)?.detail ?? "",
        /^cannot be stopped: sleep \(pid \d+\) runs as nobody; end it with: sudo kill -9 \d+$/,
      );
    }
    assertEquals(
      states.get("leader")?.detail?.includes(`(pid ${leader?.pid})`),
      true,
    );
    assertEquals(states.get("other")?.state, "running");
  },
  test,
);

/** Starts a program in a session of its own, as a daemon does. */
const DAEMON = "setsid sleep 1000 >/dev/null 2>&1 &";

test("what a service and its health checks have left in sessions of their own is told at the stop", async () => {
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
    async () => await sleepersIn(workspace) >= 6,
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
  test,
);

const SLEEP = { command: ["sleep", "1000"] };
/** Ends neither itself nor its child for SIGTERM. */
const STUBBORN = {
  command: [
    "sh",
    "-c",
    "trap '' TERM INT; sleep 1000 & echo ready; while :; do sleep 1000; done",
  ],
};
/** Two grandchildren in the group of the service. */
const FAMILY = {
  command: ["sh", "-c", "sleep 1000 & sleep 1000 & echo ready; wait"],
};

test("a service that ignores SIGTERM is killed after its grace", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: runFixture("ignores_sigterm.ts"),
      stop_grace_period: "200ms",
    },
  });

  const supervised = workspace.supervise();
  await supervised.said(/a \| ready/);
  supervised.kill("SIGTERM");

  assertEquals(await supervised.exit, 0);
  await supervised.said(/a: was ended by SIGKILL/);
  assertEquals(await workspace.processes(), []);
});

test("a stop reaches grandchildren", async () => {
  await using workspace = await createWorkspace({ a: FAMILY });

  const supervised = workspace.supervise();
  await supervised.said(/a \| ready/);
  assertEquals((await workspace.processes()).length, 3);
  supervised.kill("SIGINT");
  await supervised.exit;

  assertEquals(await workspace.processes(), []);
});

test("a crash ends the grandchildren before the restart", async () => {
  await using workspace = await createWorkspace({ a: FAMILY });

  const supervised = workspace.supervise();
  const [, pid] = await supervised.said(/a: started, pid (\d+)/);
  await supervised.said(/a \| ready/);
  Deno.kill(Number(pid), "SIGKILL");
  await supervised.said(/a \| ready/, 2);

  assertEquals((await workspace.processes()).length, 3);
});

test("kill -9 of the supervisor leaves nothing running, and the next one starts", async () => {
  await using workspace = await createWorkspace({
    a: FAMILY,
    b: { ...STUBBORN, stop_grace_period: "100ms" },
    c: SLEEP,
  });

  const first = workspace.supervise();
  await first.said(/a \| ready/);
  await first.said(/b \| ready/);
  await first.said(/c: started/);
  first.kill("SIGKILL");
  await workspace.empty();
  const second = workspace.supervise();
  await second.said(/a \| ready/);
  await second.said(/c: started/);
  second.kill("SIGINT");

  assertEquals(await second.exit, 130);
});

test("a guardian that was killed is replaced", async () => {
  await using workspace = await createWorkspace({ a: FAMILY });

  const supervised = workspace.supervise();
  await supervised.said(/a \| ready/);
  const [guardian] = await guardiansOf(supervised.pid);
  Deno.kill(guardian!, "SIGKILL");
  await eventually(
    "there is another guardian",
    async () =>
      (await guardiansOf(supervised.pid)).some((pid) => pid !== guardian),
  );
  // It learns of the groups from us; one answer later it has.
  await workspace.run("ps");
  supervised.kill("SIGKILL");

  await workspace.empty();
});

test("what is left when the guardian is killed, too, is ended by the next start", async () => {
  await using workspace = await createWorkspace({ a: STUBBORN });

  const first = workspace.supervise();
  await first.said(/a \| ready/);
  await workspace.run("ps");
  const guardians = await guardiansOf(first.pid);
  // Or it would begin with its work before it is killed.
  for (const guardian of guardians) {
    Deno.kill(guardian, "SIGSTOP");
    await eventually(
      "the guardian stands still",
      async () => /^State:\s+T/m.test(await statusOf(guardian)),
    );
  }
  first.kill("SIGKILL");
  await eventually(
    "the supervisor is gone",
    async () => !/^State:\s+[^Z]/m.test(await statusOf(first.pid)),
  );
  for (const guardian of guardians) Deno.kill(guardian, "SIGKILL");
  const left = await workspace.processes();
  const second = workspace.supervise();
  await second.said(
    /Ended a \(pid \d+\), which an earlier supervisor had left behind/,
  );
  await second.said(/a \| ready/);

  assertEquals(left.length, 3);
  const now = await workspace.processes();
  assertEquals(now.filter((pid) => left.includes(pid)), []);
});

Deno.test("a second Ctrl-C kills; two within a moment are one", async () => {
  await using workspace = await createWorkspace({
    a: { ...STUBBORN, stop_grace_period: "1h" },
  });

  const supervised = workspace.supervise();
  await supervised.said(/a \| ready/);
  supervised.kill("SIGINT");
  supervised.kill("SIGINT");
  await supervised.said(/a: is asked to stop/);
  // The time within which two count as one is what is tested here.
  await new Promise((resolve) => setTimeout(resolve, 400));
  assertEquals((await workspace.processes()).length, 3);
  supervised.kill("SIGINT");

  assertEquals(await supervised.exit, 130);
  assertEquals(await workspace.processes(), []);
});

/** What the system says of a process; nothing of one that is gone. */
async function statusOf(pid: number): Promise<string> {
  return await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
}

/** How many processes in a folder are a `sleep`: of one user, or of anyone. */
async function sleepersIn(workspace: Workspace, uid?: number): Promise<number> {
  const statuses = await Promise.all(
    (await workspace.processes()).map(statusOf),
  );
  return statuses.filter((status) =>
    /^Name:\s+sleep$/m.test(status) &&
    (uid === undefined || new RegExp(`^Uid:\\s+${uid}\\b`, "m").test(status))
  ).length;
}

/** Finds the guardian among the children of a supervisor. */
async function guardiansOf(supervisor: number): Promise<number[]> {
  const guardians: number[] = [];
  for (const { pid } of await listProcesses() ?? []) {
    const [status, words] = await Promise.all([
      statusOf(pid),
      Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => ""),
    ]);
    const parent = Number(/PPid:\s+(\d+)/.exec(status)?.[1]);
    if (parent === supervisor && words.includes("\0denizen-guardian\0")) {
      guardians.push(pid);
    }
  }
  return guardians;
}
