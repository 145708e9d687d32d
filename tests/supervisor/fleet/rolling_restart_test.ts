/** Restarts of services with replicas: one at a time, and nobody notices. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ServiceSpec } from "../../../supervisor/config/service_spec.ts";
import {
  replaceOneByOne,
  type Replica,
} from "../../../supervisor/fleet/rolling_restart.ts";
import type { State } from "../../../supervisor/service/state.ts";
import { testsAtOnce } from "../../support/at_once.ts";

import { spawnFixture } from "../../support/spawned.ts";
import {
  createWorkspace,
  type Supervised,
  type Workspace,
} from "../../support/supervised.ts";
import { freeAddress } from "../../support/free_ports.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const UP: State = {
  status: "healthy",
  pid: 1,
  startedAtMs: 0,
  healthySinceMs: 0,
};

/** A replica that does at once what it is told, and writes it down. */
function fakeReplica(name: string, history: string[], comesUp = true): Replica {
  let state: State = UP;
  return {
    spec: { name, healthcheck: {} } as unknown as ServiceSpec,
    get state() {
      return state;
    },
    stop() {
      history.push(`stop ${name}`);
      state = { status: "exited", asked: true };
    },
    start() {
      history.push(`start ${name}`);
      state = comesUp ? { ...UP } : { status: "failed", reason: "" };
    },
    until(wanted) {
      assert(wanted(state), `nothing leads on from ${state.status}`);
      return Promise.resolve(state);
    },
    addNote: (message) => void history.push(`${name} ${message}`),
  };
}

/** A restart that nobody comes in the way of. */
const TURN = {
  begin: (replica: Replica) => replica.start(),
  holds: () => true,
};

Deno.test("replaceOneByOne() stops none before the one before it is up", async () => {
  const history: string[] = [];
  const replicas = ["a", "b"].map((name) => fakeReplica(name, history));

  await replaceOneByOne(replicas, TURN, new AbortController().signal);

  assertEquals(history, ["stop a", "start a", "stop b", "start b"]);
});

Deno.test("replaceOneByOne() begins with those that nobody misses", async () => {
  const history: string[] = [];
  const replicas = ["a", "b"].map((name) => fakeReplica(name, history));
  replicas[1]!.stop();

  await replaceOneByOne(replicas, TURN, new AbortController().signal);

  assertEquals(history.slice(1), ["stop b", "start b", "stop a", "start a"]);
});

Deno.test("replaceOneByOne() leaves the others alone when one does not come up", async () => {
  const history: string[] = [];
  const replicas = ["a", "b", "c"].map((name) =>
    fakeReplica(name, history, name !== "b")
  );

  await replaceOneByOne(replicas, TURN, new AbortController().signal);

  assertEquals(history, [
    "stop a",
    "start a",
    "stop b",
    "start b",
    "c is not restarted: b did not come up",
  ]);
});

Deno.test("replaceOneByOne() ends before the next one when told to", async () => {
  const history: string[] = [];
  const over = new AbortController();
  const replicas = ["a", "b"].map((name) => fakeReplica(name, history));

  const turn = {
    ...TURN,
    begin(replica: Replica) {
      replica.start();
      over.abort();
    },
  };

  await replaceOneByOne(replicas, turn, over.signal);

  assertEquals(history.slice(0, 2), ["stop a", "start a"]);
  assert(!history.includes("stop b"));
});

const test = testsAtOnce("replicas one at a time, as processes");

/** A broker and three calculator servers, as config.yaml has them. */
function calculators(broker: string) {
  const port = freeAddress().split(":")[1];
  const address = `127.0.0.\${REPLICA}:${port}`;
  return {
    broker: {
      script: `${ROOT}broker/main.ts`,
      args: [`--address=${broker}`],
      permissions: { net: [broker] },
      healthcheck: { grpc: broker },
    },
    server: {
      script: `${ROOT}calculator/server.ts`,
      args: [`--address=${address}`, `--broker=${broker}`],
      permissions: { net: [address, broker] },
      depends_on: { broker: { condition: "service_healthy" } },
      healthcheck: { grpc: address },
      deploy: { replicas: 3 },
    },
  };
}

/** How often each server has been started so far. */
function startsOf(lines: readonly string[]): Record<string, number> {
  const starts: Record<string, number> = {};
  for (const line of lines) {
    const name = /supervisor \| (server-\d): started/.exec(line)?.[1];
    if (name) starts[name] = (starts[name] ?? 0) + 1;
  }
  return starts;
}

/** Calls the servers, up to 200 times a second, while `act` runs. */
async function underLoad(
  services: ReturnType<typeof calculators>,
  broker: string,
  act: (workspace: Workspace, supervised: Supervised) => Promise<void>,
): Promise<string[]> {
  await using workspace = await createWorkspace(services);
  const supervised = workspace.supervise();
  await supervised.said(/server-\d: healthy/, 3);
  await using client = await spawnFixture("calls_steadily.ts", {
    args: [broker, "200"],
    env: await workspace.runVariables(),
  });

  await act(workspace, supervised);
  await supervised.said(/server-\d: healthy/, 6);

  client.kill("SIGTERM");
  const { calls, failures, byAddress } = JSON.parse(
    (await client.stdout.next())!,
  );
  assertEquals(failures, []);
  assert(calls >= 100, `only ${calls} calls`);
  assertEquals(Object.keys(byAddress).length, 3);
  return supervised.lines;
}

test("a restart of three servers loses no call of a client under load", async () => {
  const broker = freeAddress();

  const lines = await underLoad(
    calculators(broker),
    broker,
    async (workspace) => {
      const { code, stderr } = await workspace.run("restart", "server");
      assertEquals(code, 0, stderr);
    },
  );

  assertEquals(startsOf(lines), {
    "server-1": 2,
    "server-2": 2,
    "server-3": 2,
  });
  const history = lines.flatMap((line) =>
    /supervisor \| (server-\d: (?:healthy|is asked to stop))/.exec(line)?.[1] ??
      []
  ).slice(3);
  assertEquals(
    history.slice(0, 6),
    [1, 2, 3].flatMap((number) => [
      `server-${number}: is asked to stop`,
      `server-${number}: healthy`,
    ]),
  );
});

test("a reload that changes three servers loses no call of a client under load", async () => {
  const broker = freeAddress();
  const services = calculators(broker);

  const lines = await underLoad(services, broker, async (workspace) => {
    const { server } = services;
    await workspace.configure({
      ...services,
      server: { ...server, environment: { NEW: "1" } },
    });
    const { code, stdout, stderr } = await workspace.run("reload");
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /restart server-1, server-2, server-3/);
  });

  assertEquals(startsOf(lines), {
    "server-1": 2,
    "server-2": 2,
    "server-3": 2,
  });
});

test("a restart goes no further than a replica that does not come up", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["sh", "-c", "test ! -e broken && exec sleep 1000"],
      healthcheck: { exec: ["test", "!", "-e", "broken"], interval: "1h" },
      restart: "no",
      deploy: { replicas: 3 },
    },
  });
  const supervised = workspace.supervise();
  await supervised.said(/healthy/, 3);
  await Deno.writeTextFile(`${workspace.folder}/broken`, "");

  const { code, stderr } = await workspace.run("restart", "a");

  assertEquals(code, 1);
  assertMatch(stderr, /^Service "a-1" is exited: exited with code 1$/m);
  await supervised.said(/a-3: is not restarted: a-1 did not come up/);
  const states = [...await workspace.services()].map(([, { state }]) => state);
  assertEquals(states, ["exited", "healthy", "healthy"]);
});
