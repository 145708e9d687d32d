import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "node:path";
import { UsageError } from "../../../runtime/program/errors.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import type { SupervisorEvent } from "../../../supervisor/events/event.ts";
import {
  type EndConditions,
  endOf,
  withFinalService,
  withSameFinalService,
} from "../../../tasks/supervise/end_conditions.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import { createWorkspace, type Workspace } from "../../support/supervised.ts";

const test = testsAtOnce("--exit-code-from and --abort-on-failure");

function stateEvent(
  fields: Partial<SupervisorEvent & { type: "service_state" }>,
): SupervisorEvent {
  return {
    type: "service_state",
    sequence: 1,
    timeMs: 0,
    service: "test",
    status: "exited",
    previous: "running",
    restarts: 0,
    message: "exited with code 3",
    ...fields,
  };
}

const CI: EndConditions = { exitCodeFrom: "test", abortOnFailure: true };

for (
  const [what, event, conditions, exitCode] of [
    ["the service ends", { exitCode: 3 }, CI, 3],
    ["the service ends well", { exitCode: 0 }, CI, 0],
    ["the service can never start", { status: "failed" }, CI, 1],
    ["the service is stopped", { exitCode: 143, asked: true }, CI, undefined],
    ["it will start again", { status: "backing_off", exitCode: 3 }, CI],
    [
      "another crashes in a loop",
      {
        service: "db",
        status: "backing_off",
        exitCode: 3,
        crashLoop: 10,
      },
      CI,
      1,
    ],
    ["another ends well", { service: "db", exitCode: 0 }, CI],
    ["another fails", { service: "db", exitCode: 3 }, CI, 1],
    ["a run of a schedule fails", {
      service: "db",
      status: "scheduled",
      exitCode: 3,
    }, CI],
    ["another is given up", { service: "db", status: "failed" }, CI, 1],
    ["another fails, and may", { service: "db", exitCode: 3 }, {
      exitCodeFrom: "test",
    }],
    ["one fails and nothing is asked", { exitCode: 3 }, {}],
  ] as const
) {
  Deno.test(`endOf() when ${what}`, () => {
    assertEquals(endOf(stateEvent(event), conditions)?.exitCode, exitCode);
  });
}

const SERVER = { command: ["sleep", "1000"] };

async function supervise(workspace: Workspace, ...args: string[]) {
  const supervised = workspace.supervise(...args);
  const code = await supervised.exit;
  return { code, text: supervised.lines.join("\n") };
}

for (
  const [restart, code] of [
    ["no", 7],
    ["on-failure", 7],
    ["always", 0],
  ] as const
) {
  test(`--exit-code-from a service with restart: ${restart} gives ${code}, after one run`, async () => {
    await using workspace = await createWorkspace({
      server: SERVER,
      test: {
        command: ["sh", "-c", `echo ran; exit ${code}`],
        depends_on: ["server"],
        restart,
      },
    });

    const ended = await supervise(workspace, "--exit-code-from=test");

    assertEquals(ended.code, code, ended.text);
    assertEquals(ended.text.match(/test \| ran/g)?.length, 1, ended.text);
    assertMatch(
      ended.text,
      new RegExp(
        `everything is stopped: service "test" exited with code ${code} \\(--exit-code-from\\)`,
      ),
    );
    assertEquals(await workspace.processes(), []);
  });
}

test("--exit-code-from gives 128 plus the number of the signal that ended it", async () => {
  await using workspace = await createWorkspace({
    test: { command: ["sh", "-c", "kill -KILL $$$$"] },
  });

  const ended = await supervise(workspace, "--exit-code-from=test");

  assertEquals(ended.code, 137, ended.text);
});

test("--exit-code-from starts the service, though not asked for and in a profile", async () => {
  await using workspace = await createWorkspace({
    server: SERVER,
    test: { command: ["sh", "-c", "exit 4"], profiles: ["ci"] },
  });

  const ended = await supervise(workspace, "--exit-code-from=test", "server");

  assertEquals(ended.code, 4, ended.text);
  assertMatch(ended.text, /server: started/);
});

test("--exit-code-from a service that cannot start exits with 1 and says why", async () => {
  await using workspace = await createWorkspace({
    db: { command: ["false"], restart: "no" },
    test: {
      command: ["true"],
      depends_on: { db: { condition: "service_completed_successfully" } },
    },
    server: SERVER,
  });

  const ended = await supervise(workspace, "--exit-code-from=test");

  assertEquals(ended.code, 1, ended.text);
  assertMatch(
    ended.text,
    /^Service "test" cannot start: it waits for db to complete, and that exited with code 1$/m,
  );
});

test("--exit-code-from is not good when somebody stops everything before", async () => {
  await using workspace = await createWorkspace({ test: SERVER });

  const bySignal = workspace.supervise("--exit-code-from=test");
  await bySignal.said(/test: started/);
  bySignal.kill("SIGTERM");
  const signalCode = await bySignal.exit;
  const byStop = workspace.supervise("--exit-code-from=test");
  await byStop.said(/test: started/);
  // One service that is stopped has not ended: the supervisor goes on.
  assertEquals((await workspace.run("stop", "test")).code, 0);
  assertEquals((await workspace.run("stop")).code, 0);

  assertEquals([signalCode, await byStop.exit], [143, 1]);
  await byStop.said(
    /^Service "test" had not ended when everything was stopped: `deno task stop`$/,
  );
});

test("--exit-code-from holds over reload and scale, which may not take its service away", async () => {
  const test = {
    command: ["sh", "-c", "until test -e go; do sleep 0.1; done; exit 5"],
    restart: "always",
  };
  await using workspace = await createWorkspace({ server: SERVER, test });
  const supervised = workspace.supervise("--exit-code-from=test", "server");
  await supervised.said(/test: started/);

  const tripled = await workspace.run("scale", "test=3");
  await workspace.configure({ server: SERVER });
  const removed = await workspace.run("reload");
  await workspace.configure({
    server: { ...SERVER, environment: { CHANGED: "yes" } },
    test: { ...test, profiles: ["ci"] },
  });
  const changed = await workspace.run("reload");
  await Deno.writeTextFile(join(workspace.folder, "go"), "");

  assertEquals([tripled.code, removed.code], [2, 2]);
  for (const { stderr } of [tripled, removed]) {
    assertMatch(
      stderr,
      /^Cannot go on without "test", .*--exit-code-from=test/,
    );
  }
  assertEquals(changed.code, 0, changed.stderr);
  assertMatch(changed.stdout, /\nserver +changed +environment +restart server/);
  assertEquals(await supervised.exit, 5);
  assertEquals(
    supervised.lines.filter((line) => /test: started/.test(line)).length,
    1,
  );
});

test("--abort-on-failure stops everything when a service is given up, and says which", async () => {
  await using workspace = await createWorkspace({
    server: SERVER,
    good: { command: ["true"] },
    bad: {
      command: ["sh", "-c", "echo no >&2; exit 3"],
      restart_policy: { max_attempts: 2, delay: "1ms" },
    },
  });

  const ended = await supervise(workspace, "--abort-on-failure");

  assertEquals(ended.code, 1, ended.text);
  assertMatch(
    ended.text,
    /^Service "bad" restarted 2 times within .*; the last time it exited with code 3: no$/m,
  );
  assertEquals(await workspace.processes(), []);
});

test("--abort-on-failure stops everything when a service that is always restarted crashes in a loop", async () => {
  await using workspace = await createWorkspace({
    server: SERVER,
    bad: {
      command: ["sh", "-c", "echo no >&2; exit 3"],
      restart: "always",
      restart_policy: { delay: "1ms", max_delay: "10ms" },
    },
  });

  const ended = await supervise(workspace, "--abort-on-failure");

  assertEquals(ended.code, 1, ended.text);
  assertMatch(
    ended.text,
    // Of a random delay up to 10 ms; what is below half of one is none.
    /^Service "bad" exited with code 3: no; crash loop, 10 restarts; starts again (in \d+ ms|at once)$/m,
  );
  assertEquals(await workspace.processes(), []);
});

test("--abort-on-failure stops everything when one fails that is not restarted", async () => {
  await using workspace = await createWorkspace({
    server: SERVER,
    bad: { command: ["false"], restart: "no" },
  });

  const ended = await supervise(workspace, "--abort-on-failure");

  assertEquals(ended.code, 1, ended.text);
  assertMatch(ended.text, /^Service "bad" exited with code 1$/m);
});

test("--abort-on-failure lets services end well, one after the other", async () => {
  await using workspace = await createWorkspace({
    first: { command: ["true"] },
    second: {
      command: ["true"],
      depends_on: { first: { condition: "service_completed_successfully" } },
    },
  });

  const ended = await supervise(workspace, "--abort-on-failure");

  assertEquals(ended.code, 0, ended.text);
  assertMatch(ended.text, /second: exited with code 0/);
});

Deno.test("withSameFinalService() refuses what would take the final service away", () => {
  const configOf = (replicas: number) =>
    parseConfig(
      `services: { a: { command: [x], deploy: { replicas: ${replicas} } } }`,
      { path: "/config.yaml" },
    );
  const refusal = (name: string) =>
    new RegExp(
      `^Cannot go on without "${name}", one service of that name: the run ends when it does \\(--exit-code-from=${name}\\); keep it, or end the run with "deno task stop`,
    );

  for (const [name, good, bad] of [["a", 1, 2], ["a-2", 2, 1]] as const) {
    assertEquals(
      withSameFinalService(configOf(good), name),
      withFinalService(configOf(good), name),
    );
    const { message } = assertThrows(
      () => withSameFinalService(configOf(bad), name),
      UsageError,
    );
    assertMatch(message, refusal(name));
  }
});

Deno.test("withSameFinalService() refuses a schedule for the final service", () => {
  const config = parseConfig(
    'services: { a: { command: [x], schedule: "@daily" } }',
    { path: "/config.yaml" },
  );

  const { message } = assertThrows(
    () => withSameFinalService(config, "a"),
    UsageError,
  );

  assertMatch(
    message,
    /^Cannot go on with a schedule for "a": the run ends when it does \(--exit-code-from=a\); take it away, or end the run with "deno task stop/,
  );
});

test("--exit-code-from refuses what is not one service", async () => {
  await using workspace = await createWorkspace({
    tests: { command: ["true"] },
    many: { command: ["true"], deploy: { replicas: 3 } },
    job: { command: ["true"], schedule: "@daily" },
  });
  const refused = async (...args: string[]) => {
    const { code, stderr } = await workspace.run("supervise", ...args);
    assertEquals(code, 2, stderr);
    return stderr;
  };

  assertMatch(
    await refused("--exit-code-from=test"),
    /^Cannot find service "test" in config.yaml; did you mean "tests"\?/,
  );
  assertMatch(
    await refused("--exit-code-from=many"),
    /^Cannot take the exit code from "many": it has 3 replicas; name one of them, such as "many-1"/,
  );
  assertMatch(
    await refused("--exit-code-from=job"),
    /^Cannot take the exit code from "job": it has a schedule, so it never ends/,
  );
  assertMatch(
    await refused("--wait", "--exit-code-from=tests"),
    /^Cannot use --wait with --exit-code-from/,
  );
  assertMatch(
    await refused("--timeout=1s"),
    /^Cannot use --timeout without --wait: /,
  );
  const replica = await supervise(workspace, "--exit-code-from=many-2");
  assertEquals(replica.code, 0, replica.text);
});
