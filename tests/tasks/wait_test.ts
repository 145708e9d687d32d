import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../runtime/program/errors.ts";
import { wait } from "../../tasks/wait.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { createWorkspace } from "../support/supervised.ts";

const test = testsAtOnce("wait");

const SLEEP = { command: ["sleep", "1000"] };
/** Healthy once a file is there. */
const ON_DEMAND = {
  ...SLEEP,
  healthcheck: { exec: ["test", "-e", "ready"], start_period: "1h" },
};

test("wait returns 0 once a system that somebody else starts is healthy, and changes nothing", async () => {
  await using workspace = await createWorkspace({
    a: {
      ...SLEEP,
      healthcheck: { exec: ["true"] },
      depends_on: { once: { condition: "service_completed_successfully" } },
    },
    once: { command: ["sh", "-c", "echo ran >> runs"], restart: "no" },
    stopped: SLEEP,
  });

  const early = workspace.run("wait", "--timeout=30s", "--json");
  workspace.supervise();
  const first = await early;
  await workspace.run("stop", "stopped");
  const second = await workspace.run("wait");

  assertEquals(first.code, 0, first.stderr);
  assertEquals(
    JSON.parse(first.stdout).map((each: { state: string }) => each.state),
    ["healthy", "exited", "running"],
  );
  assertEquals(second.code, 0, second.stderr);
  assertEquals((await workspace.services()).get("stopped")?.state, "exited");
  assertEquals(await Deno.readTextFile(`${workspace.folder}/runs`), "ran\n");
});

Deno.test("wait refuses an unknown service where no supervisor runs", async () => {
  await using folder = await tempFolder();
  const config = folder.file("config.yaml");
  await Deno.writeTextFile(config, "services: { a: { command: [sleep] } }");

  const { message } = await assertRejects(
    () => wait(["nosuch", `--config=${config}`]),
    UsageError,
  );

  assertMatch(message, /^Cannot find service "nosuch" in config\.yaml/);
});

test("wait says what is not healthy: at once where it failed, at the timeout else", async () => {
  await using workspace = await createWorkspace({
    slow: ON_DEMAND,
    bad: { command: ["sh", "-c", "echo broken >&2; exit 3"], restart: "no" },
    stopped: SLEEP,
  });
  const supervised = workspace.supervise();
  await supervised.said(/slow: started/);
  await supervised.said(/stopped: started/);
  await supervised.said(/bad: exited/);

  const all = await workspace.run("wait", "--timeout=1h");
  const slow = await workspace.run("wait", "slow", "--timeout=100ms");
  await workspace.run("stop", "stopped");
  const stopped = await workspace.run("wait", "stopped", "--timeout=100ms");
  const unknown = await workspace.run("wait", "slo");
  await Deno.writeTextFile(`${workspace.folder}/ready`, "");
  const ready = await workspace.run("wait", "slow");

  assertEquals([all.code, slow.code, stopped.code, unknown.code, ready.code], [
    ...[1, 1, 1, 2, 0],
  ]);
  assertMatch(
    all.stderr,
    /^Not all is healthy:\n {2}bad is exited: .*broken\n {2}slow is starting/,
  );
  assertMatch(
    slow.stderr,
    /^Not all is healthy yet:\n {2}slow is starting(: .*)?\n$/,
  );
  assertMatch(stopped.stderr, /with "deno task start stopped --config=\S+"\n$/);
  assertMatch(unknown.stderr, /^Cannot find service "slo".*"slow"/);
});

test("wait fails where no supervisor comes, and where it ends meanwhile", async () => {
  await using workspace = await createWorkspace({ a: ON_DEMAND });

  const none = await workspace.run("wait", "--timeout=200ms");
  await workspace.supervise().said(/a: started/);
  const waiting = workspace.run("wait", "--timeout=1h");
  const other = await workspace.run("wait", "--timeout=100ms");
  await workspace.run("stop");
  const gone = await waiting;
  await workspace.configure({ a: { comand: ["x"] } });
  const wrong = await workspace.run("wait");

  assertEquals([none.code, other.code, gone.code, wrong.code], [1, 1, 1, 2]);
  assertMatch(none.stderr, /^No supervisor runs ".*config.yaml"/m);
  assertMatch(
    gone.stderr,
    /^The supervisor of ".*" has ended; .* \(`deno task stop`\)$/m,
  );
});

test("wait and supervise --wait say meanwhile why a service is started again and again", async () => {
  await using workspace = await createWorkspace({
    loops: {
      command: ["sh", "-c", "test -e ready && sleep 1000; echo no >&2; exit 3"],
      restart: "always",
      // Ten of these are a crash loop, which no wait would wait for.
      restart_policy: { delay: "1s", max_delay: "2s" },
      healthcheck: { exec: ["test", "-e", "ready"] },
    },
    other: { command: ["sleep", "1000"] },
  });

  const waiting = workspace.start("wait", "loops");
  await waiting.said(/^Waiting for a supervisor/);
  const whole = workspace.start("supervise", "--wait");
  await whole.said(/^loops: exited with code 3: no; starts again/);
  await waiting.said(/^loops( is backing_off|: exited).*code 3: no/);
  const other = await workspace.run("wait", "other");
  await Deno.writeTextFile(`${workspace.folder}/ready`, "");

  assertEquals([await whole.exit, await waiting.exit], [0, 0]);
  assertEquals([other.code, other.stderr], [0, ""]);
});
