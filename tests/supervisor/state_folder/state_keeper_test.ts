import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { isThere } from "../../../runtime/files/optional_file.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import { eventually } from "../../support/eventually.ts";
import {
  createWorkspace,
  type Supervised,
  type Workspace,
} from "../../support/supervised.ts";

const test = testsAtOnce("the state folder");

const SLEEP = { command: ["sleep", "1000"] };
const RENEWED = /somebody has removed .*\.denizen; it is made anew/;

/** Removes a state folder, also while something is written there. */
function removeState(state: string): Promise<void> {
  return eventually("the state folder is gone", async () => {
    await Deno.remove(state, { recursive: true }).catch(() => {});
    return !await isThere(state);
  });
}

/** Starts a second supervisor, which must know the first. */
async function requireRefused(workspace: Workspace, first: Supervised) {
  const second = workspace.supervise();
  assertEquals(await second.exit, 1);
  await second.said(new RegExp(`process ${first.pid} runs it`));
}

test("a state folder that is removed while the supervisor runs is noticed and made anew", async () => {
  await using workspace = await createWorkspace({
    a: { ...SLEEP, port: "auto" },
  });
  const state = join(workspace.folder, ".denizen");
  const read = (name: string) => Deno.readTextFile(join(state, name));

  const supervised = workspace.supervise();
  const [, pid] = await supervised.said(/a: started, pid (\d+)/);
  const ports = await read("ports.json");
  await removeState(state);
  await requireRefused(workspace, supervised);
  await supervised.said(RENEWED);
  await requireRefused(workspace, supervised);
  const services = await workspace.services();
  const events = await workspace.run("events");
  const processes = JSON.parse(await read("run.json")).processes;
  const stopped = await workspace.run("stop");

  assertEquals(services.get("a")?.pid, Number(pid));
  assertMatch(events.stdout, RENEWED);
  assertEquals(processes.map((each: { pid: number }) => each.pid), [
    Number(pid),
  ]);
  assertEquals(await read("ports.json"), ports);
  assertEquals(stopped.code, 0, stopped.stderr);
  assertEquals(await supervised.exit, 0);
});

test("the ports of a state folder that is removed as soon as a service has started are kept", async () => {
  await using workspace = await createWorkspace({
    a: { ...SLEEP, port: "auto" },
  });
  const state = join(workspace.folder, ".denizen");
  const path = join(state, "ports.json");

  const supervised = workspace.supervise();
  await supervised.said(/a: started/);
  const ports = await Deno.readTextFile(path);
  await removeState(state);
  await supervised.said(RENEWED);

  assertEquals(await Deno.readTextFile(path), ports);
});

test("a lock survives that its file, or the config, is replaced by rename as editors do", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });
  const save = async (path: string) => {
    await Deno.copyFile(path, `${path}~`);
    await Deno.rename(`${path}~`, path);
  };

  const supervised = workspace.supervise();
  await supervised.said(/a: started/);
  await save(join(workspace.folder, "config.yaml"));
  await requireRefused(workspace, supervised);
  await save(join(workspace.folder, ".denizen", "supervisor.pid"));
  await requireRefused(workspace, supervised);
  await supervised.said(RENEWED);

  await requireRefused(workspace, supervised);
});
