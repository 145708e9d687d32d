/**
 * `supervise --wait` says how it went, runs everything once, and touches no
 * supervisor but its own.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { testsAtOnce } from "../../support/at_once.ts";
import { eventually } from "../../support/eventually.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { createWorkspace } from "../../support/supervised.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const test = testsAtOnce("supervise --wait");

const SLEEP = { command: ["sleep", "1000"] };
/** Without one a service is up once it has run for a second. */
const NEVER_HEALTHY = { exec: ["false"], "start_period": "1h" };
const BAD = { command: ["sh", "-c", "echo broken >&2; exit 3"], restart: "no" };

test("a second supervise --wait is refused at once and leaves the first as it is", async () => {
  await using workspace = await createWorkspace({
    a: SLEEP,
    stopped: SLEEP,
    bad: { ...BAD, profiles: ["bad"] },
  });
  await workspace.run("supervise", "--wait");
  await workspace.run("start", "bad"); // its failure is in supervisor.log
  await workspace.run("stop", "stopped");
  const log = join(workspace.folder, ".denizen", "supervisor.log");
  await eventually(
    "it is",
    async () => (await Deno.readTextFile(log)).includes("bad: exited"),
  );
  const before = [await workspace.services(), await Deno.readTextFile(log)];

  const second = await workspace.run("supervise", "--wait", "--timeout=20s");

  const pid = await Deno.readTextFile(
    join(workspace.folder, ".denizen", "supervisor.pid"),
  );
  assertEquals(second.code, 1, second.stderr);
  assertMatch(
    second.stderr,
    new RegExp(`^Cannot start a second supervisor .* process ${pid.trim()} `),
  );
  const states = (services: Awaited<ReturnType<typeof workspace.services>>) =>
    [...services.values()].map(({ name, state, pid }) => [name, state, pid]);
  const [services, text] = before as [
    Awaited<ReturnType<typeof workspace.services>>,
    string,
  ];
  assertEquals(states(await workspace.services()), states(services));
  assert(text !== "");
  assertEquals(await Deno.readTextFile(log), text);
});

test("of two supervise --wait at the same moment one runs, the other is refused", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });

  const both = await Promise.all([
    workspace.run("supervise", "--wait"),
    workspace.run("supervise", "--wait"),
  ]);

  const said = both.map(({ stderr }) => stderr).join("");
  assertEquals(both.map(({ code }) => code).toSorted(), [0, 1], said);
  assertMatch(said, /^Cannot start a second supervisor/);
  assertEquals((await workspace.services()).get("a")?.state, "running");
});

test("supervise --wait runs what ends by itself once, also as a dependency", async () => {
  const once = (name: string) => ({
    command: ["sh", "-c", `echo ${name} >> runs`],
    restart: "no",
  });
  await using workspace = await createWorkspace({
    migration: once("migration"),
    a: {
      ...SLEEP,
      depends_on: {
        migration: { condition: "service_completed_successfully" },
      },
    },
    seed: once("seed"),
  });

  const waited = await workspace.run("supervise", "--wait", "--json");
  await workspace.run("stop");

  assertEquals(waited.code, 0, waited.stderr);
  const runs = await Deno.readTextFile(join(workspace.folder, "runs"));
  assertEquals(runs.trim().split("\n").toSorted(), ["migration", "seed"]);
});

test("supervise --wait is good where everything completes by itself", async () => {
  await using workspace = await createWorkspace({
    one: { command: ["true"], restart: "no" },
    two: {
      command: ["sh", "-c", "sleep 0.3"],
      restart: "no",
      healthcheck: NEVER_HEALTHY,
    },
  });

  const waited = await workspace.run("supervise", "--wait", "--json");

  assertEquals(waited.code, 0, waited.stderr);
  assertEquals(
    JSON.parse(waited.stdout).map((
      { name, state, detail }: Record<string, string>,
    ) => [name, state, detail]),
    [
      ["one", "exited", "exited with code 0"],
      ["two", "exited", "exited with code 0"],
    ],
  );
});

for (const delay of [0, 0.3]) {
  test(`supervise --wait gives the reason where the only service fails after ${delay} s`, async () => {
    await using workspace = await createWorkspace({
      only: {
        command: ["sh", "-c", `sleep ${delay}; echo broken >&2; exit 3`],
        restart: "no",
        healthcheck: NEVER_HEALTHY,
      },
    });

    const { code, stderr } = await workspace.run("supervise", "--wait");

    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot bring everything up; all is stopped again:\n/);
    assertMatch(stderr, /^ {2}only is exited: exited with code 3: broken$/m);
    assertEquals(stderr.match(/broken/g)?.length, 1, stderr);
  });
}

test("supervise --wait on a full disk says so and starts nothing", async () => {
  await using temp = await tempFolder();
  await using disk = await smallDisk(temp.file("disk"));
  if (!disk) return;
  await using workspace = await createWorkspace({ a: SLEEP });
  const config = join(disk.path, "config.yaml");
  await Deno.copyFile(join(workspace.folder, "config.yaml"), config);
  await Deno.writeFile(join(disk.path, "all"), new Uint8Array(60 * 1_024));

  const { code, stderr } = await workspace.run(
    "supervise",
    "--wait",
    `--config=${config}`,
  );

  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^Cannot start a supervisor in the background: its log ".*" cannot be written: no space left on device$/m,
  );
});

test("supervise --wait leaves nothing when its time is up before the start, or by a signal", async () => {
  await using workspace = await createWorkspace({
    // Never up: only the time or the signal can end the wait.
    a: { ...SLEEP, healthcheck: NEVER_HEALTHY },
  });

  const late = await workspace.run("supervise", "--wait", "--timeout=1ms");
  await workspace.empty();
  const interrupted = workspace.start("supervise", "--wait");
  await eventually(
    "its service runs",
    async () => (await workspace.processes()).length > 0,
  );
  interrupted.kill("SIGTERM");

  assertEquals(late.code, 1);
  assertMatch(late.stderr, /^Cannot bring everything up within 1 ms; all is/);
  assertEquals(await interrupted.exit, 143);
  await workspace.empty();
  assertEquals((await workspace.run("ps")).code, 1);
});
