/**
 * The package as a new user has it: a machine with only Node, an empty home, a
 * folder of one's own.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { readStatNow } from "../../runtime/process/process_group.ts";
import { testWhere } from "../support/built_clients.ts";
import { eventually } from "../support/eventually.ts";
import { freePorts, PIPELINE_PORTS } from "../support/free_ports.ts";
import {
  filesBelow,
  installedBin,
  newMachine,
  whyNoNpx,
} from "../support/installed.ts";
import type { Spawned } from "../support/spawned.ts";

const CONFIG = `services:
  ticker:
    script: ticker.ts
`;

const TICKER = `console.log("tick", Deno.pid);
setInterval(() => {}, 1_000);
`;

testWhere(
  "the package runs in a folder of the user's, from an empty home, and leaves all there",
  await whyNoNpx(),
  async (t) => {
    await using machine = await newMachine();
    const { folder, home } = machine;

    await t.step("npx starts it, and fetches what it is built on", async () => {
      const { code, stdout, stderr } = await ended(
        machine.run("npx", "-y", machine.package, "help"),
      );

      assertEquals(code, 0, stderr);
      assertMatch(stderr, /^Fetching the \d+ packages of Denizen /m);
      assertMatch(stdout, new RegExp(`^Usage: npx -y ${machine.package} `));
    });
    const denizen = await installedBin(home);
    const run = (...args: string[]) => machine.run(denizen, ...args);
    const copies = `${home}/.cache/denizen`;
    const before = await filesBelow(copies);

    await t.step("a pipeline counts in the user's folder", async () => {
      const { code, stdout, stderr } = await ended(run(
        "pipeline",
        "--count=1000",
        `--port=${freePorts(PIPELINE_PORTS)}`,
      ));

      assertEquals(code, 0, stderr);
      assertMatch(stdout, /^1,000 events: 603 counted, 397 filtered/m);
      const results = await Deno.readTextFile(
        `${folder}/.denizen/results.ndjson`,
      );
      assertEquals(results.trim().split("\n").length, 2);
    });

    await Deno.writeTextFile(`${folder}/config.yaml`, CONFIG);
    await Deno.writeTextFile(`${folder}/ticker.ts`, TICKER);
    await t.step(
      "a supervisor in the background is seen and stopped",
      async () => {
        const started = await ended(
          run("supervise", "--wait", "--timeout=60s"),
        );
        const listed = await ended(run("ps", "--json"));
        const stopped = await ended(run("stop"));

        assertEquals(started.code, 0, started.stderr);
        const [ticker, ...others] = JSON.parse(listed.stdout);
        assertEquals([ticker.name, ticker.state, others], [
          "ticker",
          "running",
          [],
        ]);
        assertEquals(stopped.code, 0, stopped.stderr);
      },
    );

    await t.step("signals reach it, and its exit code comes back", async () => {
      await using supervised = run("supervise", "--plain");
      await supervised.stdout.find(/ticker \| tick/);
      supervised.kill("SIGINT");
      const { code, signal } = await supervised.status;

      assertEquals([code, signal], [130, null]);
    });

    for (const command of [[denizen], ["npx", "-y", machine.package]]) {
      await t.step(
        `kill -9 of ${
          command.length === 1 ? "the starter" : "npx"
        } ends the services`,
        async () => {
          const [program, ...words] = [...command, "supervise", "--plain"];
          await using supervised = machine.run(program!, ...words);
          const line = await supervised.stdout.find(/ticker \| tick/);
          const pid = Number(/tick (\d+)/.exec(line)![1]);
          supervised.kill("SIGKILL");

          await eventually(
            "the service has ended",
            () => readStatNow(pid) === undefined,
          );
        },
      );
    }

    assertEquals(await filesBelow(copies), before);
    // Deno's own files are there, and nothing else of ours.
    const inHome = await Array.fromAsync(Deno.readDir(`${home}/.cache`));
    assertEquals(inHome.map(({ name }) => name).toSorted(), [
      "denizen",
      "deno",
    ]);
  },
);

async function ended(spawned: Spawned) {
  await using program = spawned;
  const [{ code }, stdout, stderr] = await Promise.all([
    program.status,
    program.stdout.rest(),
    program.stderr.rest(),
  ]);
  return { code, stdout, stderr };
}
