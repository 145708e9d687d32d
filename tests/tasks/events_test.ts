import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { SupervisorService } from "../../proto/supervisor/contract.ts";
import { EventType } from "../../proto/types/supervisor/v1/EventType.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { controlAddress } from "../../supervisor/control/address.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { spawnScript } from "../support/spawned.ts";
import {
  createWorkspace,
  runFixture,
  type Workspace,
} from "../support/supervised.ts";

const test = testsAtOnce("events");

const SLEEP = { command: ["sleep", "1000"] };

// deno-lint-ignore no-explicit-any -- whatever the JSON holds
type Json = Record<string, any>;

/** Runs `events --json` to its end. */
async function listEvents(
  workspace: Workspace,
  ...args: string[]
): Promise<Json[]> {
  const { code, stdout, stderr } = await workspace.run(
    "events",
    "--json",
    ...args,
  );
  assertEquals(code, 0, stderr);
  return stdout.split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

test("events -f goes on from one supervisor to the next, without a gap, after kill -9 too", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });
  await using following = spawnScript("tests/fixtures/runs_task.ts", {
    args: [
      ...["events", "-f", "--json"],
      `--config=${join(workspace.folder, "config.yaml")}`,
    ],
  });
  const seen: Json[] = [];
  const until = async (type: string, count: number) => {
    while (seen.filter((event) => event["type"] === type).length < count) {
      const line = await following.stdout.next();
      assert(line !== undefined, `no ${type} in ${JSON.stringify(seen)}`);
      seen.push(JSON.parse(line));
    }
  };

  for (const signal of ["SIGKILL", "SIGINT", "SIGTERM"] as const) {
    const supervised = workspace.supervise();
    await supervised.said(/a: started/);
    supervised.kill(signal);
    await supervised.exit;
  }
  await until("supervisor_stopped", 2);
  following.kill("SIGINT");

  assertEquals((await following.status).code, 130);
  assertEquals(
    seen.map(({ sequence }) => sequence),
    seen.map((_, index) => index + 1),
  );
  assertEquals(
    seen.filter(({ type }) => type !== "service_state")
      .map(({ type, message }) => `${type}: ${message}`.replace(/\d+/, "N")),
    [
      "supervisor_started: process N supervises config.yaml",
      "supervisor_started: process N supervises config.yaml",
      "supervisor_stopping: everything is stopped: Ctrl-C",
      "supervisor_stopped: everything has stopped",
      "supervisor_started: process N supervises config.yaml",
      "supervisor_stopping: everything is stopped: SIGTERM",
      "supervisor_stopped: everything has stopped",
    ],
  );
  // What was followed is what is there afterwards.
  assertEquals(await listEvents(workspace), seen);
});

test("events tells how processes ended, and whether somebody asked for it", async () => {
  await using workspace = await createWorkspace({
    good: { command: ["true"] },
    bad: { command: ["sh", "-c", "exit 3"], restart: "no" },
    killed: {
      command: ["sh", "-c", "kill -KILL $$$$"],
      restart_policy: { max_attempts: 1, delay: "1ms" },
    },
    stopped: SLEEP,
  });
  const supervised = workspace.supervise();
  await supervised.said(/killed: restarted 1 time/);
  await supervised.said(/bad: exited with code 3/);
  await supervised.said(/good: exited with code 0/);
  await supervised.said(/stopped: started/);
  await workspace.run("stop", "stopped");

  const events = await listEvents(workspace);
  const ends = events.filter(({ exitCode }) => exitCode !== undefined)
    .map(({ service, state, exitCode, signal, asked }) =>
      JSON.stringify([service, state, exitCode, signal, asked])
    );

  assertEquals(ends.toSorted(), [
    '["bad","exited",3,null,false]',
    '["good","exited",0,null,false]',
    '["killed","backing_off",137,"SIGKILL",null]',
    '["killed","failed",137,"SIGKILL",null]',
    '["stopped","exited",143,"SIGTERM",true]',
  ]);
});

test("events --since takes a number, a duration or a time, with or without a supervisor", async () => {
  await using workspace = await createWorkspace({ a: { command: ["true"] } });
  const supervised = workspace.supervise();
  await supervised.exit;

  const all = await listEvents(workspace);
  const third = all[2]!["time"];
  const numbersAfter = async (since: string) =>
    (await listEvents(workspace, `--since=${since}`))
      .map(({ sequence }) => sequence);

  assertEquals(all.length > 3, true);
  assertEquals(await numbersAfter("2"), all.slice(2).map((e) => e["sequence"]));
  assertEquals(await numbersAfter("10m"), all.map((e) => e["sequence"]));
  assertEquals(await numbersAfter("0s"), []);
  assertEquals(
    await numbersAfter(third),
    all.filter(({ time }) => time >= third).map((e) => e["sequence"]),
  );
  const text = (await workspace.run("events")).stdout.split("\n");
  assertMatch(
    text[0]!,
    /^1 +\d{4}-\S+Z {2}supervisor {2} +process \d+ supervises config.yaml$/,
  );
  assertMatch(
    text[1]!,
    /^2 +\d{4}-\S+Z {2}a {11}pending -> running {2}started, pid \d+$/,
  );
  const columns = text.filter((line) => line !== "")
    .map((line) => line.search(/(?<= {2})(process|started|exited|everything)/));
  assertEquals(new Set(columns).size, 1, text.join("\n"));
});

test("events tells what reload, scale, watch and mem_limit do, with fields for scripts", async () => {
  const a = { ...SLEEP, environment: { NAME: "one" } };
  const greedy = { command: runFixture("holds_memory.ts", "50") };
  const script = { script: "main.ts", watch: true };
  await using workspace = await createWorkspace({ a, greedy, script });
  const source = join(workspace.folder, "main.ts");
  await Deno.writeTextFile(
    source,
    'console.log("loaded"); setInterval(() => {}, 1_000);',
  );
  const supervised = workspace.supervise();
  await supervised.said(/script: its source is watched/);
  // Before that it may still read the file that is written next.
  await supervised.said(/script \| loaded/);
  await supervised.said(/a: started/);
  await supervised.said(/greedy \| holding/);

  await Deno.writeTextFile(source, "let let;");
  await supervised.said(/script: goes on with its old code/);
  await Deno.writeTextFile(source, "setInterval(() => {}, 2_000);");
  await supervised.said(/script: is restarted: main.ts has changed/);
  await workspace.run("scale", "a=2");
  await workspace.configure({
    a: { ...SLEEP, environment: { NAME: "two" }, deploy: { replicas: 2 } },
    greedy: { ...greedy, mem_limit: "20m", restart: "no" },
    script,
  });
  await workspace.run("reload");
  await supervised.said(/greedy: used \d+ MiB of mem_limit 20 MiB$/);

  const told = (await listEvents(workspace)).filter(({ type }) =>
    !["service_state", "service_note", "supervisor_started"].includes(type)
  );
  const excess = told.find(({ type }) => type === "memory_exceeded");
  assertEquals(
    told.map(({ sequence: _, time: _time, message: _message, ...rest }) =>
      rest
    ),
    [
      { type: "source_broken", service: "script" },
      { type: "service_restarting", cause: "source", service: "script" },
      { type: "service_scaled", service: "a", replicas: 2 },
      { type: "config_reloaded", services: ["a", "greedy"] },
      { type: "service_restarting", cause: "config", service: "a-1" },
      { type: "service_restarting", cause: "config", service: "a-2" },
      { type: "service_restarting", cause: "config", service: "greedy" },
      {
        type: "memory_exceeded",
        pid: excess?.["pid"],
        rssBytes: excess?.["rssBytes"],
        limitBytes: 20 * 2 ** 20,
        service: "greedy",
      },
    ],
  );
  // It is seen when it is above the limit, and may still be growing then.
  assert(excess?.["pid"] > 0 && excess?.["rssBytes"] > 20 * 2 ** 20);
});

test("events tells of one state once, and of a mem_limit's figure once", async () => {
  await using workspace = await createWorkspace({
    a: SLEEP,
    waits: {
      ...SLEEP,
      depends_on: { a: { condition: "service_completed_successfully" } },
    },
    greedy: {
      command: runFixture("holds_memory.ts", "50"),
      mem_limit: "20m",
      restart: "no",
    },
  });
  await workspace.supervise().said(/greedy: was over its mem_limit/);

  const { stdout } = await workspace.run("events");

  assertMatch(stdout, / waits +pending +waits for a to complete\n/);
  assertEquals(stdout.match(/used \d+ MiB of mem_limit/g)?.length, 1, stdout);
});

test("events says what is wrong with its command line", async () => {
  await using workspace = await createWorkspace({ a: { command: ["true"] } });

  const since = await workspace.run("events", "--since=-5");
  const missing = await workspace.run("events", "--config=/nowhere.yaml");
  const none = await workspace.run("events");

  assertEquals([since.code, missing.code], [2, 2]);
  assertMatch(since.stderr, /^Cannot read --since="-5": expected/);
  assertMatch(missing.stderr, /there is no such file/);
  assertEquals([none.code, none.stdout], [0, ""]);
});

test("WatchEvents sends typed events, and tells a caller what it cannot have", async () => {
  await using workspace = await createWorkspace({ a: { command: ["true"] } });
  await workspace.supervise().exit;
  const before = (await listEvents(workspace)).length;
  await Deno.writeTextFile(
    join(workspace.folder, "config.yaml"),
    "services: { a: { command: [sleep, '1000'] } }",
  );
  const supervised = workspace.supervise();
  await supervised.said(/a: started/);
  const address = await controlAddress(join(workspace.folder, ".denizen"));
  using cleanup = new DisposableStack();
  const { DENIZEN_TOKEN: token } = await workspace.runVariables();
  const connection = connect(address, { name: "the supervisor", token });
  cleanup.defer(() => connection.close());
  const watch = (afterSequence: number) =>
    Array.fromAsync(connection.serverStream(
      SupervisorService.WatchEvents,
      { afterSequence, knownOnly: true },
      { signal: AbortSignal.timeout(10_000), waitForReady: true },
    ));

  const later = await watch(2);
  const all = await watch(0);

  assertEquals(
    later.slice(0, 3).map(({ type, sequence, from }) =>
      JSON.stringify([type, sequence, from])
    ),
    [
      JSON.stringify(["EVENTS_LOST", before, 3]),
      JSON.stringify(["SUPERVISOR_STARTED", before + 1, undefined]),
      JSON.stringify(["SERVICE_STATE", before + 2, undefined]),
    ],
  );
  assertEquals(all, later.slice(1));
  assertEquals([all[0]?.pid, all[1]?.service, all[1]?.status], [
    supervised.pid,
    "a",
    "RUNNING",
  ]);
});

test("docs/operate.md lists each type of event", async () => {
  const page = await Deno.readTextFile(
    new URL("../../docs/operate.md", import.meta.url),
  );
  const types = Object.keys(EventType)
    .filter((name) => name !== EventType.EVENT_TYPE_UNSPECIFIED)
    .map((name) => name.toLowerCase());

  assertEquals(types.filter((type) => !page.includes(`| \`${type}\` `)), []);
});
