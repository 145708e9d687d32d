/**
 * Whose folders a supervisor and the commands believe, and who may read what
 * they write there.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { SupervisorService } from "../../../proto/supervisor/contract.ts";
import {
  duplex,
  implement,
  serverStream,
  unary,
} from "../../../runtime/rpc/handlers.ts";
import { serve } from "../../../runtime/rpc/serve.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import {
  asSecondUser,
  giveToSecondUser,
  testWithSecondUser,
} from "../../support/second_user.ts";
import { createWorkspace, type Output } from "../../support/supervised.ts";

const test = testsAtOnce("another user and the state of a supervisor");

const SLEEP = { command: ["sleep", "1000"] };

/** So long that no unix socket can lie in the state folder. */
const LONG = "a-long-name-".repeat(10);

testWithSecondUser(
  "the commands do not believe a supervisor that another user has put where they might look",
  async () => {
    await using workspace = await createWorkspace({ real: SLEEP }, {
      below: LONG,
    });
    const state = join(workspace.folder, ".denizen");
    await using fake = await fakeSupervisor(state);
    const run = async (task: string) => told(await workspace.run(task));

    const [before] = await run("ps");
    const supervised = workspace.supervise();
    await supervised.said(/real: started/);
    const [real] = await run("ps");
    const link = join(state, "sockets");
    const own = await Deno.readLink(link);
    await Deno.remove(link);
    await Deno.symlink(fake.folder, link);
    const refused = [...await run("ps"), ...await run("stop")];
    await Deno.remove(link);
    await Deno.symlink(own, link);
    const [stopped] = await run("stop");
    await Deno.remove(own);

    assertMatch(before!, /^No supervisor runs/);
    assertMatch(real!, /real +running/);
    await supervised.said(
      new RegExp(`Not used .*: "${fake.folder}" \\(it belongs to user \\d+`),
    );
    for (const line of refused) {
      assertMatch(
        line,
        new RegExp(
          `^Cannot reach .* "${fake.folder}": .*; if one runs, end its`,
        ),
      );
    }
    assertMatch(stopped!, /^Stopped|stopped/);
    assertEquals(fake.calls, []);
  },
  test,
);

testWithSecondUser(
  "a state folder of another user is refused in one line that says whose it is",
  async () => {
    await using workspace = await createWorkspace({ a: SLEEP });
    const state = join(workspace.folder, ".denizen");
    await Deno.mkdir(state, { mode: 0o777 });
    await giveToSecondUser(state);

    for (const task of ["ps", "stop", "logs", "events", "supervise"]) {
      const lines = told(await workspace.run(task));

      assertEquals(lines.length, 1, `${task}: ${lines.join("\n")}`);
      assertMatch(
        lines[0]!,
        /^Cannot use the state folder ".*": it belongs to user \d+, and this is root; work as that user, remove the folder, or copy the config/,
      );
    }
    assertEquals(await namesIn(state), []);

    // The owner of the config decides anyway what root runs there.
    await giveToSecondUser(workspace.folder);
    assertMatch(told(await workspace.run("ps"))[0]!, /^No supervisor runs/);
  },
  test,
);

Deno.test("what a supervisor keeps is for its user only, also where it was open to others before", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["echo", "done"], port: "auto" },
  });
  const state = join(workspace.folder, ".denizen");
  const results = join(state, "results.ndjson");
  await Deno.mkdir(join(state, "logs"), { recursive: true });
  for (const name of ["logs/old.log", "supervisor-events.ndjson.1"]) {
    await Deno.writeTextFile(join(state, name), "");
  }
  await Deno.writeTextFile(results, "");
  for (const folder of ["", "logs"]) {
    await Deno.chmod(join(state, folder), 0o755);
  }

  const { code } = await workspace.run("supervise");

  const modes = new Map<string, string>();
  for (const name of [".", ...await namesIn(state)]) {
    const { mode } = await Deno.stat(join(state, name));
    modes.set(name, (mode! & 0o777).toString(8));
  }
  assertEquals(code, 0);
  assert(modes.delete("results.ndjson"));
  assertEquals(Object.fromEntries(modes), {
    ".": "700",
    logs: "700",
    "logs/a.log": "600",
    "logs/old.log": "600",
    "ports.json": "600",
    "supervisor-events.ndjson": "600",
    "supervisor-events.ndjson.1": "600",
    "supervisor.pid": "600",
  });
  const kept = (await Deno.stat(results)).mode! & 0o777;
  assertEquals(kept, 0o666 & ~Deno.umask());
});

/** The lines of a command, wherever it has written them. */
function told({ stdout, stderr }: Output): string[] {
  return `${stderr}${stdout}`.trim().split("\n")
    .filter((line) => !/^NAME /.test(line));
}

/** Everything in a folder, and in those below it. */
async function namesIn(folder: string, below = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    names.push(join(below, name));
    if (isDirectory) names.push(...await namesIn(folder, join(below, name)));
  }
  return names.sort();
}

type Handlers = Parameters<typeof implement<typeof SupervisorService>>[1];

/** A supervisor of the second user, in the folder in /tmp that is easy to guess. */
async function fakeSupervisor(stateDir: string) {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(stateDir),
  );
  const name = new Uint8Array(digest).toHex().slice(0, 16);
  const folder = `/tmp/denizen-${Deno.uid()}-${name}`;
  await asSecondUser("mkdir", folder);
  const calls: string[] = [];
  const methods = Object.entries(SupervisorService)
    .map(([name, { requestStream, responseStream }]) => {
      const note = () => void calls.push(name);
      return [
        name,
        requestStream
          ? duplex(() => Promise.resolve(note()))
          : responseStream
          ? serverStream(async function* () {})
          : unary(note),
      ];
    });
  const server = await serve({
    address: `unix:${folder}/control.sock`,
    services: {
      "supervisor.v1.SupervisorService": implement(
        SupervisorService,
        Object.fromEntries(methods) as unknown as Handlers,
      ),
    },
  });
  return {
    folder,
    calls,
    async [Symbol.asyncDispose]() {
      await server.stop(0);
      await Deno.remove(folder, { recursive: true });
    },
  };
}
