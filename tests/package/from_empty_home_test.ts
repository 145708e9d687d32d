/**
 * The package as a new user has it: a machine with only Node, an empty home, a
 * folder of one's own.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { cp } from "node:fs/promises";
import { basename } from "node:path";
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
    /** Runs it in a project below the folder. */
    const within = async (project: string, ...args: string[]) => {
      const { code, stdout, stderr } = await ended(
        machine.runIn(`${folder}/${project}`, denizen, ...args),
      );
      assertEquals(code, 0, stderr);
      return stdout;
    };
    const statesIn = async (project: string) =>
      JSON.parse(await within(project, "ps", "--json"))
        .map(({ name, state }: { name: string; state: string }) =>
          `${name} ${state}`
        ).toSorted();

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

    await t.step("what init makes runs, and attach shows it", async () => {
      assertEquals((await ended(run("init", "shop"))).code, 0);
      await within("shop", "supervise", "--wait");
      assertEquals(await statesIn("shop"), [
        "client running",
        "greeter healthy",
      ]);
      {
        const at = `${folder}/shop`;
        await using attached = machine.runIn(at, denizen, "attach", "--plain");
        await attached.stdout.find(/client *\| Hello, world/);
        attached.kill("SIGINT");
        assertEquals((await attached.status).code, 130);
      }
      await within("shop", "stop");
    });

    await t.step("another project imports the library, too", async () => {
      const made = run("init", "sums", "--template=calculator");
      assertEquals((await ended(made)).code, 0);
      await within("sums", "supervise", "--wait");
      const services = JSON.parse(await within("sums", "services", "--json"));
      assertEquals(
        services.map(({ service }: { service: string }) => service),
        ["calculator.v1.CalculatorService"],
      );
      await within("sums", "stop");
    });

    await t.step("what is committed runs for another user", async () => {
      await using other = await newMachine();
      const theirs = `${other.folder}/shop`;
      await copyCommitted(`${folder}/shop`, theirs);
      const words = ["-y", `.${other.package}`];
      for (
        const args of [["install"], ["supervise", "--wait"], ["stop"]]
      ) {
        const { code, stderr } = await ended(
          other.runIn(theirs, "npx", ...words, ...args),
        );
        assertEquals(code, 0, stderr);
      }
    });

    assertEquals(await filesBelow(copies), before);
    // Deno's own files are there, and nothing else of ours.
    const inHome = await Array.fromAsync(Deno.readDir(`${home}/.cache`));
    assertEquals(inHome.map(({ name }) => name).toSorted(), [
      "denizen",
      "deno",
    ]);
  },
);

/** Copies what a clone would have: all but what `.gitignore` names. */
async function copyCommitted(from: string, to: string): Promise<void> {
  const ignored = (await Deno.readTextFile(`${from}/.gitignore`))
    .split("\n").map((line) => line.replace(/\/$/, ""));
  await cp(from, to, {
    recursive: true,
    filter: (path) => !ignored.includes(basename(path)),
  });
}

async function ended(spawned: Spawned) {
  await using program = spawned;
  const [{ code }, stdout, stderr] = await Promise.all([
    program.status,
    program.stdout.rest(),
    program.stderr.rest(),
  ]);
  return { code, stdout, stderr };
}
