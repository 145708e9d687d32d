/**
 * Which config a command speaks of: the one beside the user, and never another
 * one of the same folder.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { testsAtOnce } from "../support/at_once.ts";
import { spawn } from "../support/spawned.ts";
import { createWorkspace } from "../support/supervised.ts";
import { tempFolder } from "../support/temp_folder.ts";

const test = testsAtOnce("several configs");

const ROOT = new URL("../../", import.meta.url).pathname;

/** Plans what a command line names, as a user does by `deno task`. */
async function planned(cwd: string, ...flags: string[]) {
  await using task = spawn(Deno.execPath(), [
    ...["task", "--quiet", `--config=${ROOT}deno.json`, "supervise"],
    ...["--dry-run", "--json", ...flags],
  ], { cwd });
  const { code } = await task.status;
  const text = await task.stdout.rest();
  const services = code === 0
    ? JSON.parse(text).services.map(({ name }: { name: string }) => name)
    : [];
  return { code, services, stderr: await task.stderr.rest() };
}

test("supervise takes the config beside the user or in the nearest folder above, by deno.json of elsewhere, too", async () => {
  await using folder = await tempFolder();
  await using other = await tempFolder();
  const config = (name: string) => `services: {${name}: {command: [x]}}\n`;
  await Deno.writeTextFile(folder.file("config.yaml"), config("mine"));
  await Deno.mkdir(folder.file("empty"));
  await Deno.writeTextFile(folder.file("empty/x.yaml"), config("x"));

  const [mine, named, above, none, inside] = await Promise.all([
    planned(folder.path),
    planned(folder.file("empty"), "--config=x.yaml"),
    planned(folder.file("empty")),
    planned(other.path),
    planned(join(ROOT, "docs")),
  ]);

  assertEquals(mine?.services, ["mine"], mine?.stderr);
  assertEquals(named?.services, ["x"], named?.stderr);
  assertEquals(above?.services, ["mine"], above?.stderr);
  // The project's is not the user's.
  assertEquals(none?.code, 2);
  assertMatch(
    none!.stderr,
    /^Cannot load config "config.yaml": there is no such file; --config=FILE/,
  );
  assertEquals(inside?.services[0], "broker", inside?.stderr);
});

test("two configs of one folder have a supervisor each, and no command takes one for the other", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["sleep", "1000"] },
  });
  const dev = join(workspace.folder, "dev.yaml");
  await Deno.writeTextFile(dev, "services: {d: {command: [sleep, '1000']}}\n");
  const devFlag = `--config=${dev}`;

  const none = await workspace.run("ps", devFlag);
  await workspace.supervise().said(/a: started/);
  await workspace.supervise(devFlag).said(/d: started/);
  const second = await workspace.run("supervise", "--wait", devFlag);
  const stopped = await workspace.run("stop", devFlag);
  const states = [...(await workspace.services()).values()];

  assertEquals([none.code, second.code, stopped.code], [1, 1, 0]);
  const hint = `--config=${dev}"`;
  assertEquals(
    none.stderr,
    `No supervisor runs "${dev}"; start one with "deno task supervise ${hint}\n`,
  );
  assertMatch(
    second.stderr,
    new RegExp(`"${dev}": process \\d+ runs it; "deno task ps ${hint}`),
  );
  assertMatch(stopped.stdout, new RegExp(`^Stopped everything of "${dev}"`));
  assertEquals(states.map(({ name, state }) => [name, state]), [
    ["a", "running"],
  ]);
});
