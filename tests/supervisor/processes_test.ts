import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";
import { loadConfig } from "../../supervisor/config/load_config.ts";
import { openLogReader } from "../../supervisor/logs/log_reader.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { eventually } from "../support/eventually.ts";
import { spawn } from "../support/spawned.ts";
import { createWorkspace, fixture } from "../support/supervised.ts";

const test = testsAtOnce("supervise as a process");

const SLEEP = { command: ["sleep", "1000"] };
/** Two grandchildren in the group of the service. */
const FAMILY = {
  command: ["sh", "-c", "sleep 1000 & sleep 1000 & echo ready; wait"],
};

test("supervise starts in the order of dependencies and stops in reverse", async () => {
  await using workspace = await createWorkspace({
    c: { ...SLEEP, depends_on: ["b"] },
    b: { ...SLEEP, depends_on: ["a"] },
    a: SLEEP,
  });

  const supervised = workspace.supervise();
  await supervised.said(/ c: started/);
  supervised.kill("SIGINT");
  const code = await supervised.exit;

  const order = (pattern: RegExp) =>
    supervised.lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  assertEquals(order(/ (\w): started/), ["a", "b", "c"]);
  assertEquals(order(/ (\w): was ended/), ["c", "b", "a"]);
  assertEquals(code, 130);
  assertEquals(await workspace.processes(), []);
});

test("a crash loop ends in one line that says why", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["sh", "-c", "echo no such table >&2; exit 3"],
      restart_policy: { delay: "1ms", max_attempts: 3 },
    },
  });

  const supervised = workspace.supervise();

  assertEquals(await supervised.exit, 1);
  await supervised.said(
    /^Service "a" restarted 3 times within [\d.]+ s; the last time it exited with code 3: no such table$/,
  );
  assertEquals(
    supervised.lines.filter((line) => / a: started/.test(line)).length,
    4,
  );
});

test("a crash loop with `restart: always` goes on, and is shown as one", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["sh", "-c", "echo no such table >&2; exit 3"],
      restart: "always",
      restart_policy: { delay: "1ms", max_delay: "200ms" },
    },
  });

  const supervised = workspace.supervise();
  await supervised.said(
    /a: exited with code 3: no such table; crash loop, 14 restarts; starts again (in|at once)/,
  );
  let service;
  do service = (await workspace.services()).get("a"); while (
    service?.state !== "backing_off"
  );

  assertMatch(
    service.detail ?? "",
    /^crash loop, \d+ restarts; the last time it exited with code 3: no such table$/,
  );
  assertEquals(
    service.detail?.match(/\d+/)?.[0],
    String(service.restarts),
    "one number for one thing",
  );
});

test("a job with `restart: unless-stopped` that ends with 0 runs again and again", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["true"],
      restart: "unless-stopped",
      restart_policy: { delay: "1ms", max_delay: "1ms", max_attempts: 3 },
    },
  });

  const supervised = workspace.supervise();
  await supervised.said(/a: exited with code 0; starts again/, 15);
  supervised.kill("SIGINT");

  assertEquals(await supervised.exit, 130);
  assertEquals(supervised.lines.filter((line) => /loop/.test(line)), []);
});

for (
  const [what, script] of [
    ["its group", "sleep 1000 & exit 0"],
    ["a session of its own", "setsid sleep 1000 & sleep 0.2"],
  ]
) {
  test(`a program that goes on in the background, in ${what}, is told to stay in the foreground`, async () => {
    await using workspace = await createWorkspace({
      a: { command: ["sh", "-c", script], restart: "always" },
      daemon: { command: ["sh", "-c", script], restart: "no" },
      once: { command: ["true"], restart: "no" },
      rest: SLEEP,
    });

    const supervised = workspace.supervise();

    await supervised.said(
      /a: exited with code 0; it left processes running: .*run in the foreground; starts again/,
    );
    await supervised.said(/once: exited with code 0$/);
    await supervised.said(/daemon: exited with code 0; it left/);
    const services = await workspace.services();
    assertEquals(services.get("once")?.detail, "exited with code 0");
    assertMatch(
      services.get("daemon")?.detail ?? "",
      /^exited with code 0; it left processes running: .*run in the foreground$/,
    );
  });
}

test("a program that does not exist fails like any other, and says so", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["no-such-program"],
      restart_policy: { delay: "1ms", max_attempts: 2 },
    },
  });

  const supervised = workspace.supervise();

  assertEquals(await supervised.exit, 1);
  await supervised.said(
    /^Service "a" restarted 2 times within [\d.]+ s; the last time it could not start: there is no program "no-such-program"$/,
  );
});

test("a program that is not built says what builds it, and the rest runs", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["./no-such-program"], build_with: "make a" },
    b: SLEEP,
  });

  const supervised = workspace.supervise();

  await supervised.said(/no-such-program"; build it with: make a/);
  await supervised.said(/b: started/);
});

Deno.test("a flood of 100 MB is logged whole, in flat memory, while ps answers", async () => {
  const lines = 1_000_000;
  await using workspace = await createWorkspace({
    idle: SLEEP,
    flood: {
      command: [
        Deno.execPath(),
        "run",
        join(PROJECT, "tasks/bench/floods_stdout.ts"),
        String(lines),
      ],
      restart: "no",
      logging: { max_size: "1GiB" },
    },
  });

  // To a file: a reader that is slow loses lines, and is another matter.
  const printedPath = join(workspace.folder, "printed");
  const supervised = workspace.superviseIn(
    `exec "$@" --plain >${printedPath}`,
  );
  const isPrinted = (bytes: number) =>
    Deno.stat(printedPath).then(({ size }) => size > bytes, () => false);
  const peakMb = async () => {
    const status = await Deno.readTextFile(`/proc/${supervised.pid}/status`);
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_000;
  };
  await eventually("the flood has begun", () => isPrinted(0));
  const ps = await workspace.run("ps");
  await eventually("a third of it is printed", () => isPrinted(lines * 33));
  const earlyMb = await peakMb();
  await supervised.said(/flood: exited with code 0/);
  const lateMb = await peakMb();
  supervised.kill("SIGINT");
  await supervised.exit;

  assertEquals(ps.code, 0);
  // Between the two it has passed on more than 60 MB.
  assert(
    lateMb - earlyMb < 30,
    `the supervisor's memory peaked at ${earlyMb} MB, and later at ${lateMb} MB`,
  );
  const folder = join(workspace.folder, ".denizen", "logs");
  let next = 0;
  using reader = openLogReader(folder, "flood");
  for await (const entries of reader.readNew()) {
    for (const { text } of entries) {
      if (text.length !== 99 || Number.parseInt(text) !== next) {
        throw new Error(`Line ${next} is lost or torn: ${text}`);
      }
      next++;
    }
  }
  assertEquals(next, lines);
  const printed = (await Deno.readTextFile(printedPath)).split("\n")
    .filter((line) => line.startsWith("flood |"));
  assertEquals(printed.length, lines);
});

Deno.test("50 services start and stop", async () => {
  await using workspace = await createWorkspace(Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`s${index}`, SLEEP]),
  ));

  const supervised = workspace.supervise();
  await supervised.said(/started, pid/, 50);
  assertEquals((await workspace.processes()).length, 50);
  supervised.kill("SIGINT");

  assertEquals(await supervised.exit, 130);
  assertEquals(await workspace.processes(), []);
});

Deno.test("a service that was healthy is started again at once after kill -9, and counted", async () => {
  await using workspace = await createWorkspace({
    a: { ...SLEEP, healthcheck: { exec: ["true"] } },
  });

  const supervised = workspace.supervise();
  const [, pid] = await supervised.said(/a: started, pid (\d+)/);
  await supervised.said(/a: healthy/);
  Deno.kill(Number(pid), "SIGKILL");
  await supervised.said(/a: was ended by SIGKILL; starts again at once/);
  await supervised.said(/a: healthy/, 2);

  const { stdout } = await workspace.run("ps", "--json");
  const [{ name, state, restarts }] = JSON.parse(stdout);
  assertEquals({ name, state, restarts }, {
    name: "a",
    state: "healthy",
    restarts: 1,
  });
  const events = (await workspace.run("events", "--json")).stdout
    .trim().split("\n").map((line) => JSON.parse(line));
  const at = events.findIndex(({ message }) => /SIGKILL/.test(message));
  // How long that takes is measured by bench:supervisor.
  const [ended, again] = events.slice(at, at + 2);
  assertMatch(ended.message, /^was ended by SIGKILL; starts again at once$/);
  assertMatch(again.message, /^started, pid/);
});

test("a service that turns unhealthy is restarted", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["sh", "-c", "touch well; exec sleep 1000"],
      healthcheck: {
        exec: ["test", "-e", "well"],
        interval: "20ms",
        start_interval: "20ms",
        retries: 2,
      },
    },
  });

  const supervised = workspace.supervise();
  await supervised.said(/a: healthy/);
  await Deno.remove(join(workspace.folder, "well"));
  await supervised.said(/a: unhealthy: test exited with code 1/);
  await supervised.said(/a: was unhealthy: test .*; starts again at once/);

  await supervised.said(/a: healthy/, 2);
});

test("a service starts once the one it needs has completed, and never if that failed", async () => {
  await using workspace = await createWorkspace({
    good: { command: ["true"], restart: "no" },
    bad: { command: ["false"], restart: "no" },
    after: {
      command: ["true"],
      depends_on: { good: { condition: "service_completed_successfully" } },
    },
    never: {
      command: ["true"],
      depends_on: { bad: { condition: "service_completed_successfully" } },
    },
  });

  const supervised = workspace.supervise();

  assertEquals(await supervised.exit, 1);
  await supervised.said(/after: exited with code 0/);
  await supervised.said(
    /never: cannot start: it waits for bad to complete, and that exited with code 1/,
  );
});

test("a script sees the variables that are set for it and no others", async () => {
  await using workspace = await createWorkspace({
    a: {
      script: fixture("says_environment.ts"),
      args: ["FROM_FILE", "FROM_MAP", "PATH"],
      environment: { FROM_MAP: "map" },
      env_file: "vars.env",
      restart: "no",
    },
  });
  await Deno.writeTextFile(
    join(workspace.folder, "vars.env"),
    "FROM_FILE=file\nFROM_MAP=file\n",
  );

  const supervised = workspace.supervise();

  assertEquals(await supervised.exit, 0);
  await supervised.said(/^a \| FROM_FILE=file FROM_MAP=map PATH=undefined$/);
});

test("a second supervisor on the same config is refused and told the pid", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });

  const first = workspace.supervise();
  await first.said(/a: started/);
  const second = workspace.supervise();

  assertEquals(await second.exit, 1);
  await second.said(
    new RegExp(`second supervisor.* process ${first.pid} runs`),
  );
  assertEquals((await workspace.processes()).length, 1);
});

test("supervise --wait returns once all is healthy, and stop ends it", async () => {
  await using workspace = await createWorkspace({
    a: { ...SLEEP, healthcheck: { exec: ["true"] } },
    b: { ...SLEEP, depends_on: ["a"] },
  });

  const waited = await workspace.run(
    "supervise",
    "--wait",
    "--timeout=10m",
    "--json",
  );
  const running = await workspace.processes();
  const stopped = await workspace.run("stop");

  assertEquals(waited.code, 0, waited.stderr);
  assertEquals(
    JSON.parse(waited.stdout).map((each: { state: string }) => each.state),
    ["healthy", "running"],
  );
  assertEquals(running.length, 2);
  assertEquals(stopped.code, 0, stopped.stderr);
  assertEquals(await workspace.processes(), []);
});

test("supervise --wait says what is not healthy in time, and leaves nothing", async () => {
  await using workspace = await createWorkspace({
    a: SLEEP,
    b: {
      ...SLEEP,
      healthcheck: { exec: ["false"], start_period: "1h" },
    },
  });

  const waited = await workspace.run("supervise", "--wait", "--timeout=15s");

  assertEquals(waited.code, 1);
  assertMatch(
    waited.stderr,
    /^Cannot bring everything up within 15 s; all is stopped again:\n[^]* b is starting: not healthy yet: false exited with code 1\n/,
  );
  await workspace.empty();
});

test("supervise --wait returns with words when a service crashes in a loop", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["sh", "-c", "echo no such table >&2; exit 3"],
      // Never healthy, not even before it has ended.
      healthcheck: { exec: ["false"], start_interval: "1h" },
      restart: "always",
      restart_policy: { delay: "1ms", max_delay: "10ms" },
      depends_on: ["b"],
    },
    b: SLEEP,
  });

  const waited = await workspace.run("supervise", "--wait", "--timeout=1h");

  assertEquals(waited.code, 1, waited.stdout);
  assertMatch(
    waited.stderr,
    /a is \w+: crash loop, \d+ restarts; the last time it exited with code 3: no such table/,
  );
  assertEquals(await workspace.processes(), []);
});

test("durations that no timer takes are waited for: grace, interval and timeouts", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: [
        "sh",
        "-c",
        "trap 'sleep 0.3; echo bye; exit 0' TERM; while :; do sleep 1000; done",
      ],
      stop_grace_period: "597h",
      healthcheck: {
        exec: ["sh", "-c", "echo asked >> checks"],
        interval: "597h",
        timeout: "597h",
      },
    },
    // Long enough for many checks, if they came at once.
    b: {
      command: ["sleep", "0.5"],
      depends_on: { a: { condition: "service_healthy" } },
    },
    c: {
      ...SLEEP,
      healthcheck: { exec: ["true"] },
      depends_on: { b: { condition: "service_completed_successfully" } },
    },
  });

  const waited = await workspace.run("supervise", "--wait", "--timeout=2000h");
  const checks = await Deno.readTextFile(join(workspace.folder, "checks"));
  const stopped = await workspace.run("stop", "a", "--timeout=1000h");
  const logs = await workspace.run("logs", "a");

  assertEquals(waited.code, 0, waited.stderr);
  assertEquals(checks, "asked\n");
  assertEquals(stopped.code, 0, stopped.stderr);
  assertMatch(logs.stdout, /bye/);
});

test("ps, stop, start, restart, events and logs do what they say", async () => {
  await using workspace = await createWorkspace({
    a: FAMILY,
    b: { ...SLEEP, depends_on: ["a"], profiles: ["extra"] },
  });
  const supervised = workspace.supervise();
  await supervised.said(/a \| ready/);

  const ps = await workspace.run("ps");
  assertMatch(ps.stdout, /^NAME +STATE +PID .*\na +running +\d+ .*\n$/);

  const stopped = await workspace.run("stop", "a", "--json");
  assertEquals(JSON.parse(stopped.stdout)[0].state, "exited");
  assertEquals(await workspace.processes(), []);

  const started = await workspace.run("start", "b", "--json");
  assertEquals(JSON.parse(started.stdout)[0].state, "running");
  await supervised.said(/a \| ready/, 2); // its own children are there, too
  assertEquals((await workspace.processes()).length, 4);

  const before = (await supervised.said(/a: started, pid (\d+)/, 2))[1];
  const restarted = await workspace.run("restart", "a", "--json");
  assert(JSON.parse(restarted.stdout)[0].pid !== Number(before));

  const unknown = await workspace.run("start", "bb");
  assertEquals(unknown.code, 2);
  assertMatch(unknown.stderr, /Cannot find service "bb".*did you mean "b"/);

  await supervised.said(/a \| ready/, 3);
  const logs = await workspace.run("logs", "a");
  assertEquals(logs.stdout, "a | ready\n".repeat(3));
  const entry = JSON.parse(
    (await workspace.run("logs", "--json")).stdout.split("\n")[0]!,
  );
  assertEquals([entry.service, entry.stream, entry.text], [
    "a",
    "stdout",
    "ready",
  ]);
  assertEquals((await workspace.run("logs", "--since=0s")).stdout, "");

  const events = (await workspace.run("events", "--json", "--since=2"))
    .stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(events[0].sequence, 3);
  assertEquals(
    events.map(({ sequence }) => sequence),
    events.map((_, index) => index + 3),
  );

  assertEquals((await workspace.run("stop")).code, 0);
  assertEquals(await supervised.exit, 0);
  const alone = await workspace.run("ps");
  assertEquals(alone.code, 1);
  assertMatch(alone.stderr, /No supervisor runs ".*config.yaml"/);
});

test("a command for a config that is not there says so, and one for a folder", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });

  const none = await workspace.run("ps", "--config=none.yaml");
  const folder = await workspace.run("stop", `--config=${workspace.folder}`);

  assertEquals([none.code, folder.code], [2, 2]);
  assertMatch(
    none.stderr,
    /^No supervisor runs ".*none.yaml", and there is no such file; --config=FILE names another\n$/,
  );
  assertMatch(folder.stderr, /^No supervisor runs ".*", and it is a folder;/);
});

test("supervise --dry-run prints the exact command lines and no values", async () => {
  await using workspace = await createWorkspace({
    a: {
      script: fixture("says_environment.ts"),
      permissions: { net: ["127.0.0.1:1"] },
      environment: { PASSWORD: "hunter2" },
    },
    b: { command: ["echo", "two words"], profiles: ["extra"] },
  });

  const text = await workspace.run("supervise", "--dry-run", "--profile=extra");
  const json = await workspace.run("supervise", "--dry-run", "--json");

  assertEquals(text.code, 0, text.stderr);
  assertMatch(
    text.stdout,
    /deno run --cached-only --no-prompt --ignore-env --allow-net=127.0.0.1:1 '--allow-env=PASSWORD,DENIZEN_\*' .*says_environment.ts/,
  );
  assertMatch(text.stdout, /echo 'two words'/);
  assert(!text.stdout.includes("hunter2"));
  const { services } = JSON.parse(json.stdout);
  assertEquals(services.map(({ name }: { name: string }) => name), ["a"]);
});

test("a wrong command line or config exits with 2", async () => {
  await using workspace = await createWorkspace({ a: { comand: ["x"] } });

  const config = await workspace.run("supervise");
  const flag = await workspace.run("ps", "--jsn");

  assertEquals([config.code, flag.code], [2, 2]);
  assertMatch(
    config.stderr,
    /services\.a\.comand: unknown key; did you mean "command"/,
  );
});

test("replicas run side by side and are commanded together or one by one", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["sh", "-c", "echo number $0; exec sleep 1000", "${REPLICA}"],
      deploy: { replicas: 3 },
    },
  });

  const supervised = workspace.supervise();
  for (const number of [1, 2, 3]) {
    await supervised.said(new RegExp(`^a-${number} \\| number ${number}$`));
  }
  await workspace.run("stop", "a-2");
  const two = await workspace.processes();
  await workspace.run("stop", "a");

  assertEquals(two.length, 2);
  assertEquals(await workspace.processes(), []);
});

test("the end of `deno task` by kill -9 ends the supervisor and all it runs", async () => {
  await using workspace = await createWorkspace({ a: FAMILY });
  await Deno.writeTextFile(
    join(workspace.folder, "deno.json"),
    JSON.stringify({
      tasks: {
        supervise: `${Deno.execPath()} run -A ${
          fixture("runs_task.ts")
        } supervise --plain --config=config.yaml`,
      },
    }),
  );
  await using task = spawn(Deno.execPath(), ["task", "supervise"], {
    cwd: workspace.folder,
  });
  await task.stdout.find(/a \| ready/);
  task.kill("SIGKILL");

  await task.status;
  await workspace.empty();
});

test("the calculator's config.yaml is right", async () => {
  const path = new URL("../../config.yaml", import.meta.url).pathname;

  const { services } = await loadConfig(path);

  assertEquals([...services.keys()], [
    "broker",
    "calculator-server",
    "calculator-client",
    "calculator-server-rust",
    "calculator-client-rust",
    "calculator-client-cpp",
    "dashboard",
  ]);
});
