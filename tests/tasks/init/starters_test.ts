/** Runs what `init` makes, as a user would: checks, tests, and services. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { init } from "../../../tasks/init.ts";
import { TEMPLATES } from "../../../tasks/init/templates.ts";
import { types } from "../../../tasks/types.ts";
import { endHere } from "../../support/command_here.ts";
import { spawn, type Spawned, spawnScript } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

for (const template of TEMPLATES) {
  Deno.test(`what init makes of ${template} is formatted, linted, and passes its own tests`, async () => {
    await using home = await tempFolder();
    await endHere(() => init([home.path, `--template=${template}`]));
    const { tasks } = JSON.parse(
      await Deno.readTextFile(home.file("deno.json")),
    );
    const run = (...args: string[]) =>
      ended(spawn(Deno.execPath(), args, { cwd: home.path }));

    assertEquals(await run("fmt", "--check"), 0);
    if (tasks === undefined) return;
    assertEquals(await run("lint"), 0);
    // A task runs tests where there are some.
    assertEquals("test" in tasks, template !== "empty");
    if (!("test" in tasks)) return;
    // The types of the others are checked where the templates lie.
    const check = template === "calculator" ? [] : ["--no-check"];
    assertEquals(await run("task", "test", ...check), 0);
  });
}

Deno.test("the types of the service are those that types writes", async () => {
  const proto = join(PROJECT, "tasks/init/templates/service/proto");

  const { code, stderr } = await endHere(() => types([proto, "--check"]));

  assertEquals([code, stderr], [0, ""]);
});

Deno.test("the calculator that init makes runs: a broker, a server and a client", async () => {
  await using home = await tempFolder();
  await endHere(() => init([home.path, "--template=calculator"]));
  await using supervisor = spawnScript("main.ts", {
    args: ["supervise", "--plain"],
    cwd: home.path,
    group: true,
  });

  const line = await supervisor.stdout.find(/^calculator-client \| /);
  supervisor.kill("SIGTERM");

  assertMatch(line, /[\d.-]+ [-+x\/] [\d.-]+ = [\d.-]+ \(/);
  assertEquals((await supervisor.status).code, 0);
});

/** The exit code; what it printed where that is not 0. */
async function ended(program: Spawned) {
  await using ended = program;
  const { code } = await ended.status;
  return code === 0
    ? code
    : `${await ended.stdout.rest()}\n${await ended.stderr.rest()}`;
}
