/** Services with a schedule, from the config to the command line. */

import { assertEquals, assertMatch } from "@std/assert";
import { testsAtOnce } from "../support/at_once.ts";
import { eventually } from "../support/eventually.ts";
import { createWorkspace } from "../support/supervised.ts";

const test = testsAtOnce("schedule");

test("a job that is due each second runs, and what it missed is told by the next supervisor", async () => {
  await using workspace = await createWorkspace({
    tick: { command: ["echo", "ticks"], schedule: "* * * * * *" },
  });
  const first = workspace.supervise();
  const state = `${workspace.folder}/.denizen/schedules.json`;
  const readState = () => Deno.readTextFile(state).catch(() => "");
  await first.said(/^tick \| ticks/, 2);
  await eventually(
    "it is written down",
    async () => /"handledMs":\d/.test(await readState()),
  );
  first.kill("SIGKILL");
  await first.exit;
  const text = await readState();
  // An hour ago: nobody waits for that.
  await Deno.writeTextFile(
    state,
    text.replace(
      /"handledMs":(\d+)/,
      (_, ms) => `"handledMs":${ms - 3_600_000}`,
    ),
  );

  const second = workspace.supervise();
  await second.said(
    /tick: missed more than 1000 runs from .*, while no supervisor ran; they are not made up for$/,
  );
  await second.said(/^tick \| ticks/);
  second.kill("SIGINT");

  assertEquals(await second.exit, 130);
});

test("a job that waits is ready, `restart` runs it now, and `start` does not", async () => {
  await using workspace = await createWorkspace({
    job: {
      command: ["sh", "-c", "echo works; exit 3"],
      schedule: "0 3 1 1 *",
      timezone: "Europe/Berlin",
    },
    server: { command: ["sleep", "1000"], depends_on: ["job"] },
  });
  const waited = await workspace.run("supervise", "--wait");
  assertEquals(waited.code, 0, waited.stderr);
  assertMatch(
    waited.stdout,
    /job +scheduled .* next run at \d{4}-01-01 03:00 Europe\/Berlin/,
  );

  const restarted = await workspace.run("restart", "job");
  assertEquals(restarted.code, 0, restarted.stderr);
  const events = workspace.start("events", "-f");
  await events.said(/job .* exited with code 3; its next run is at/);
  const ready = await workspace.run("wait");
  assertEquals(ready.code, 0, ready.stderr);
  const started = await workspace.run("start", "job", "--json");
  assertEquals(started.code, 0, started.stderr);

  const [job] = JSON.parse(started.stdout);
  assertEquals([job.state, job.lastExitCode], ["scheduled", 3]);
  assertMatch(job.nextRun, /^\d{4}-01-01T02:00:00\.000Z$/);
  assertEquals(
    events.lines.filter((line) => /job .*started, pid/.test(line)).length,
    1,
  );
  const stopped = await workspace.run("stop", "job");
  assertEquals(stopped.code, 0, stopped.stderr);
  assertMatch(stopped.stdout, /job +exited .* stopped before its next run/);
});

test("`reload` takes a schedule away and gives one, and runs a job for neither", async () => {
  const job = { command: ["sleep", "1000"], restart: "no" };
  await using workspace = await createWorkspace({
    a: { ...job, schedule: "@yearly" },
    b: job,
  });
  const supervised = workspace.supervise();
  await supervised.said(/a: is scheduled/);
  await supervised.said(/b: started/);
  await workspace.configure({ a: job, b: { ...job, schedule: "@yearly" } });

  const { code, stdout } = await workspace.run("reload");

  assertEquals(code, 0, stdout);
  assertMatch(stdout, /a +changed +schedule +restart a/);
  assertMatch(stdout, /b +changed +schedule +restart b/);
  const services = await workspace.services();
  assertEquals(
    ["a", "b"].map((name) => services.get(name)?.state),
    ["running", "scheduled"],
  );
});
