/** `run`: a service in the foreground, as a user's own program. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readStat } from "../../runtime/process/process_group.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { run as runHere } from "../../tasks/run.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { spawnScript } from "../support/spawned.ts";
import {
  createWorkspace,
  fixture,
  type Workspace,
} from "../support/supervised.ts";
import { openTerminal, testInTerminal } from "../support/terminal_session.ts";

const test = testsAtOnce("run");

/** Adds up what it reads, and says what it was given. */
const SUM = `
const text = await new Response(Deno.stdin.readable).text();
console.log(JSON.stringify({
  sum: text.trim().split(/\\s+/).reduce((sum, each) => sum + Number(each), 0),
  args: Deno.args,
  greeting: Deno.env.get("GREETING"),
  token: Deno.env.get("DENIZEN_TOKEN")?.length,
}));
console.error("says so");
Deno.exit(7);
`;

const SERVICES = {
  sum: {
    script: "sum.ts",
    args: ["first"],
    env_file: "sum.env",
    depends_on: ["db", "cache"],
    deploy: { replicas: 2 },
    profiles: ["tools"],
    environment: { GREETING: "hello from ${REPLICA}" },
  },
  db: { command: ["sleep", "1000"] },
  cache: { command: ["sleep", "1000"] },
  denied: { script: "denied.ts" },
  stubborn: {
    command: [Deno.execPath(), "run", fixture("ignores_sigterm.ts")],
    stop_grace_period: "100ms",
  },
  polite: {
    command: ["bash", "-c", "trap 'exit 5' USR1; echo up; sleep 1000 & wait"],
    stop_signal: "SIGUSR1",
  },
  large: { command: ["sleep", "1000"], mem_limit: "1k" },
  missing: { command: ["there-is-no-such-program"] },
  where: {
    script: "where.ts",
    port: "auto",
    args: ["${self.port}"],
  },
};

async function workspaceOf(): Promise<Workspace> {
  const workspace = await createWorkspace(SERVICES);
  for (
    const [name, text] of [
      ["sum.ts", SUM],
      ["sum.env", "OTHER=1"],
      ["denied.ts", 'await Deno.readTextFile("/etc/hostname");'],
      ["where.ts", "console.log(Deno.args.join()); setInterval(() => {}, 1e6)"],
    ] as const
  ) {
    await Deno.writeTextFile(join(workspace.folder, name), text);
  }
  return workspace;
}

/** Starts the command. */
function start({ folder }: Workspace, ...args: string[]) {
  return spawnScript("tests/fixtures/runs_task.ts", {
    args: ["run", `--config=${folder}/config.yaml`, ...args],
    env: { NO_COLOR: "1" },
    stdin: "piped",
  });
}

/** Runs the command to its end. */
async function run(workspace: Workspace, args: string[], input = "") {
  await using command = start(workspace, ...args);
  const writer = command.stdin!.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code } = await command.status;
  return {
    code,
    stdout: await command.stdout.rest(),
    stderr: await command.stderr.rest(),
  };
}

test("run passes input, output, arguments and the exit code through", async () => {
  await using workspace = await workspaceOf();

  const { code, stdout, stderr } = await run(
    workspace,
    ["sum", "--", "--more", "--", "x"],
    "1 2 3",
  );

  assertEquals(code, 7);
  assertEquals(JSON.parse(stdout), {
    sum: 6,
    args: ["first", "--more", "--", "x"],
    greeting: "hello from 1",
    token: 43,
  });
  assertMatch(
    stderr,
    /^sum: depends on db, cache, which do not run; start with: .* supervise db cache --config=.*\nsays so$/,
  );
});

test("run says which right is missing, and why a service cannot start", async () => {
  await using workspace = await workspaceOf();

  const denied = await run(workspace, ["denied"]);
  const missing = await run(workspace, ["missing"]);
  const large = await run(workspace, ["large"]);

  assertEquals([denied.code, missing.code, large.code], [1, 1, 137]);
  assertMatch(
    denied.stderr,
    /denied: Denied read to \/etc\/hostname: add it under services\.denied\.permissions\.read$/,
  );
  assertEquals(
    missing.stderr,
    'Cannot run "missing": there is no program "there-is-no-such-program"',
  );
  assertMatch(
    large.stderr,
    /^large: used .* of mem_limit 1 KiB, and is ended$/,
  );
});

test("run belongs to the run of the supervisor, beside what runs there", async () => {
  await using workspace = await workspaceOf();
  const supervised = workspace.supervise("db", "where");
  const [, port] = await supervised.said(/where \| (\d+)$/);
  await supervised.said(/db: started/);

  await using beside = start(workspace, "where");
  const own = await beside.stdout.next();
  beside.kill("SIGTERM");
  const { stdout, stderr } = await run(workspace, ["sum-2"], "5");

  assertEquals(own === port, false);
  assertMatch(own!, /^\d+$/);
  assertEquals((await beside.status).code, 143);
  assertMatch(
    stderr,
    /^sum-2: depends on cache, which does not run; start with: .* start cache /,
  );
  assertEquals(JSON.parse(stdout).greeting, "hello from 2");
  assertEquals((await workspace.services()).get("where")?.restarts, 0);
});

test("run passes signals on, and stops as the config says", async () => {
  await using workspace = await workspaceOf();

  await using polite = start(workspace, "polite");
  await polite.stdout.find(/^up$/);
  polite.kill("SIGTERM");
  await using stubborn = start(workspace, "stubborn");
  await stubborn.stdout.find(/^ready$/);
  stubborn.kill("SIGTERM");

  assertEquals((await polite.status).code, 5);
  assertEquals((await stubborn.status).code, 137);
  await workspace.empty();
});

test("run leaves nothing behind when it is killed itself", async () => {
  await using workspace = await workspaceOf();
  await using stubborn = start(workspace, "stubborn");
  await stubborn.stdout.find(/^ready$/);
  assertEquals((await workspace.processes()).length, 1);

  stubborn.kill("SIGKILL");

  await stubborn.status;
  await workspace.empty();
});

test("run says what is wrong with its command line", async () => {
  await using workspace = await workspaceOf();
  const config = `--config=${workspace.folder}/config.yaml`;
  const refused = async (...args: string[]) =>
    (await assertRejects(() => runHere([config, ...args]), UsageError)).message;

  assertEquals(
    await refused(),
    "Cannot run a service: none is named, as in: run SERVICE",
  );
  assertEquals(
    await refused("smu"),
    'Cannot find service "smu" in config.yaml; did you mean "sum"?',
  );
  assertMatch(await refused("sum", "1"), /stands after --, as in: .*sum -- 1$/);
});

/** Runs a service in a terminal. */
async function runInTerminal({ folder }: Workspace, service: string) {
  return await openTerminal([
    Deno.execPath(),
    "run",
    "-A",
    fixture("runs_task.ts"),
    "run",
    `--config=${folder}/config.yaml`,
    service,
  ]);
}

const SHELL = { command: ["bash", "--norc", "--noprofile"] };

testInTerminal(
  "run gives a program the terminal, with job control",
  async () => {
    await using workspace = await createWorkspace({ shell: SHELL });
    await using terminal = await runInTerminal(workspace, "shell");

    await terminal.shows(/[$#]$/);
    // Each is said by the job itself: then it has the terminal.
    const job =
      "trap 'echo goes on' CONT; echo $((6 * 7)); while sleep 0.1; do :; done";
    await terminal.press(`(${job})`, "Enter");
    await terminal.shows(/^42$/m);
    await terminal.press("C-z");
    await terminal.shows(/Stopped +\( *trap/);
    await terminal.press("fg", "Enter");
    await terminal.shows(/^goes on$/m);
    await terminal.press("C-c");
    await terminal.shows(/\^C\n.*[$#]$/);
    await terminal.press("read -rp 'code? ' x </dev/tty; exit $x", "Enter");
    await terminal.shows(/^code\?$/m);
    await terminal.press("9", "Enter");

    assertEquals(await terminal.endsClean(), 9);
    await workspace.empty();
  },
);

testInTerminal(
  "run puts the terminal back as it was when it kills",
  async () => {
    await using workspace = await createWorkspace({
      raw: {
        command: ["sh", "-c", "stty raw -echo; echo ready; exec sleep 1000"],
        stop_signal: "SIGKILL",
      },
    });
    await using terminal = await runInTerminal(workspace, "raw");
    await terminal.shows(/ready/);

    // The service, the shell that gave it the terminal, and `run`.
    const pids = await workspace.processes();
    const both = await Promise.all(pids.map((pid) => readStat(pid)));
    const wrapper = both.find((each) => each && !pids.includes(each.parent))!;
    Deno.kill(wrapper.parent, "SIGTERM");

    await terminal.shows(/ended with code 137$/m);
    // It shows again what is typed.
    await terminal.press("abc");
    await terminal.shows(/abc$/m);
  },
);

testInTerminal("run leaves nothing behind in a terminal either", async () => {
  await using workspace = await createWorkspace({ shell: SHELL });
  await using terminal = await runInTerminal(workspace, "shell");
  await terminal.shows(/[$#]$/);

  await terminal.press("kill -9 $(ps -o ppid= -p $PPID)", "Enter");

  await terminal.shows(/^ended with code 137$/m);
  await workspace.empty();
});
