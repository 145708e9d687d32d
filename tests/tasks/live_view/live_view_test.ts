/**
 * The live view in a real terminal, over real services.
 */

import { assertEquals } from "@std/assert";
import { type DeclareTest, testsAtOnce } from "../../support/at_once.ts";
import { eventually } from "../../support/eventually.ts";
import { spawn } from "../../support/spawned.ts";
import { createWorkspace, fixture } from "../../support/supervised.ts";
import {
  openTerminal,
  type TerminalOptions,
  testInTerminal,
} from "../../support/terminal_session.ts";

const atOnce = testsAtOnce("the live view in a terminal");
const test: DeclareTest = (name, run) => testInTerminal(name, run, atOnce);

const SERVICES = {
  ticker: { command: ["sh", "-c", "while :; do echo hi; sleep 1; done"] },
  sleeper: { command: ["sleep", "1000"] },
};

/** The line that was found is marked, and which one it is. */
const FOUND = /^▸ ticker +│ hi$[^]*\/hi +(\d+) of \d+/m;

/** Supervises services in a terminal; nothing of both is left afterwards. */
async function superviseInTerminal(
  services: Record<string, unknown>,
  { script = "runs_task.ts", flags = [], ...options }: TerminalOptions & {
    script?: string;
    flags?: string[];
  } = {},
) {
  await using cleanup = new AsyncDisposableStack();
  const workspace = cleanup.use(await createWorkspace(services));
  const args = script === "runs_task.ts" ? ["supervise"] : [];
  const terminal = cleanup.use(
    await openTerminal([
      Deno.execPath(),
      "run",
      "-A",
      fixture(script),
      ...args,
      `--config=${workspace.folder}/config.yaml`,
      ...flags,
    ], options),
  );
  const held = cleanup.move();
  return {
    workspace,
    terminal,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The pid in the row of a service; undefined without such a row. */
function pidOf(name: string, lines: string[]): string | undefined {
  const row = lines.find((line) =>
    new RegExp(`^[▸ ] ${name} +running`).test(line)
  );
  return row && /running +\d+ +(\d+)/.exec(row)?.[1];
}

test(
  "the live view shows services, obeys keys, and leaves the terminal as it was",
  async () => {
    await using opened = await superviseInTerminal(SERVICES);
    const { terminal, workspace } = opened;
    const first = await terminal.shows((lines) =>
      pidOf("ticker", lines) !== undefined &&
      pidOf("sleeper", lines) !== undefined &&
      / hi$/m.test(lines.join("\n")) && lines.at(-1)!.includes("q quit")
    );

    await terminal.press("r");
    await terminal.shows((lines) => {
      const pid = pidOf("ticker", lines);
      return pid !== undefined && pid !== pidOf("ticker", first);
    });

    await terminal.press("Down", "s");
    await terminal.shows(/▸ sleeper +exited +0 +was ended by SIGTERM/);
    await terminal.press("t");
    await terminal.shows((lines) => pidOf("sleeper", lines) !== undefined);

    await terminal.press("Enter");
    await terminal.shows((lines) =>
      lines.some((line) => line.includes("log of sleeper")) &&
      lines.every((line) => !line.endsWith(" hi"))
    );
    await terminal.press("a", "?");
    await terminal.shows(/follow the log, or hold it still/);
    await terminal.press("?");

    await terminal.resize(50, 15);
    await terminal.shows((lines) =>
      lines.length === 15 && lines[0]!.includes("Denizen") &&
      lines[2]!.startsWith("  ticker") && lines[14]!.includes("q quit")
    );

    // The last of two is found, and then the first.
    await terminal.shows(/ hi$[^]* hi$/m);
    await terminal.press("/", "h", "I");
    await terminal.shows(/\/hI█ +no match/);
    await terminal.press("BSpace", "i", "Enter");
    const found = await terminal.shows(FOUND);
    const at = Number(FOUND.exec(found.join("\n"))![1]);
    await terminal.press("N");
    await terminal.shows((lines) =>
      FOUND.exec(lines.join("\n"))?.[1] === String(at - 1)
    );
    await terminal.press("Escape");
    await terminal.shows((lines) => !lines.at(-1)!.includes("/hi"));

    await terminal.press("q");
    await terminal.shows(/Stop 2 services and quit\? y\/N/);
    await terminal.press("n");
    await terminal.shows(/q quit/);
    await terminal.press("q", "y");
    assertEquals(await terminal.endsClean(), 0);
    await terminal.shows(/^Ended after .+: ticker, sleeper$/m);
    await workspace.empty();
  },
);

for (
  const { name, end, code } of [
    { name: "Ctrl-C", end: { key: "C-c" }, code: 130 },
    { name: "SIGINT", end: { signal: "SIGINT" }, code: 130 },
    { name: "SIGTERM", end: { signal: "SIGTERM" }, code: 0 },
    { name: "SIGQUIT", end: { signal: "SIGQUIT" }, code: 131 },
    { name: "an uncaught error", end: { signal: "SIGUSR1" }, code: 1 },
    { name: "an unhandled rejection", end: { signal: "SIGUSR2" }, code: 1 },
  ] satisfies {
    name: string;
    end: { key: string } | { signal: Deno.Signal };
    code: number;
  }[]
) {
  test(
    `the live view gives the terminal back after ${name}`,
    async () => {
      await using opened = await superviseInTerminal(SERVICES, {
        script: "supervise_that_crashes.ts",
      });
      const { terminal, workspace } = opened;
      await terminal.shows((lines) => pidOf("sleeper", lines) !== undefined);

      if ("key" in end) await terminal.press(end.key);
      else Deno.kill(await supervisorPid(workspace.folder), end.signal);

      assertEquals(await terminal.endsClean(), code);
      await workspace.empty();
    },
  );
}

for (const flags of [[], ["--plain"]]) {
  test(
    `supervise ${
      flags[0] ?? "with the live view"
    } ends everything when its window is closed`,
    async () => {
      await using opened = await superviseInTerminal(SERVICES, { flags });
      const { terminal, workspace } = opened;
      await terminal.shows(/sleeper: started|sleeper +running/);
      await terminal.shows(/ticker \| hi|ticker +│ hi/);
      const pid = await supervisorPid(workspace.folder);

      await terminal.closeWindow();

      await workspace.empty();
      await ended(pid);
    },
  );
}

test("the live view reloads for SIGHUP, and goes on", async () => {
  await using opened = await superviseInTerminal(SERVICES);
  const { terminal, workspace } = opened;
  const before = await terminal.shows((lines) =>
    pidOf("sleeper", lines) !== undefined
  );

  await workspace.configure({ ...SERVICES, another: SERVICES.sleeper });
  Deno.kill(await supervisorPid(workspace.folder), "SIGHUP");

  const after = await terminal.shows((lines) =>
    pidOf("another", lines) !== undefined
  );
  assertEquals(pidOf("sleeper", after), pidOf("sleeper", before));
  await terminal.press("q", "y");
  assertEquals(await terminal.endsClean(), 0);
});

test(
  "the live view says what failed when all has ended by itself",
  async () => {
    await using opened = await superviseInTerminal({
      good: { command: ["sh", "-c", "sleep 1"], restart: "no" },
      bad: { command: ["sh", "-c", "sleep 1; exit 4"], restart: "no" },
    });

    assertEquals(await opened.terminal.endsClean(), 1);
    await opened.terminal.shows(/^Service "bad" exited with code 4$/m);
  },
);

test("q kills at the second time", async () => {
  await using opened = await superviseInTerminal({
    stubborn: {
      command: ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"],
      stop_grace_period: "1000s",
    },
  });
  const { terminal, workspace } = opened;
  await terminal.shows((lines) => pidOf("stubborn", lines) !== undefined);

  await terminal.press("q", "y");
  await terminal.shows(/q again: kill what is left/);
  // A key that is held down does not count.
  await new Promise((resolve) => setTimeout(resolve, 400));
  await terminal.press("q");

  assertEquals(await terminal.endsClean(), 0);
  await terminal.shows(/^stubborn was ended by SIGKILL$/m);
  await workspace.empty();
});

// Alone, since it takes a core for itself.
testInTerminal(
  "the live view stays usable while a service floods its output",
  async () => {
    await using opened = await superviseInTerminal({
      ...SERVICES,
      flood: { command: ["yes", "\x1b[2J\x1b[5;5Hflooding\x1b[31m"] },
    });
    const { terminal } = opened;
    await terminal.shows(/flood +│ flooding$/m);

    await terminal.press("?");
    await terminal.shows(/follow the log, or hold it still/);
    await terminal.press("?", "Enter");
    // The sequences in the output have moved nothing.
    await terminal.shows((lines) =>
      lines[0]!.startsWith("  Denizen") &&
      lines[2]!.startsWith("▸ ticker") &&
      /log of ticker[^]* hi$/m.test(lines.join("\n"))
    );
    await terminal.press("q", "y");
    assertEquals(await terminal.endsClean(), 0);
  },
);

for (
  const { env, coloured } of [
    { env: {}, coloured: true },
    { env: { NO_COLOR: "1" }, coloured: false },
  ]
) {
  test(
    `the live view is ${coloured ? "" : "not "}in colour with ${
      JSON.stringify(env)
    }`,
    async () => {
      await using opened = await superviseInTerminal(SERVICES, { env });
      const { terminal } = opened;
      await terminal.shows((lines) => pidOf("sleeper", lines) !== undefined);

      const screen = await terminal.colouredScreen();

      // deno-lint-ignore no-control-regex
      assertEquals(/\x1b\[(?:\d+;)*3[0-7]m/.test(screen), coloured);
    },
  );
}

for (
  const { name, before, after } of [
    { name: "with --plain", before: "", after: "--plain" },
    { name: "in the background", before: "set -m;", after: "& wait" },
    { name: "with its output in a pipe", before: "", after: "| cat" },
    { name: "on a dumb terminal", before: "TERM=dumb", after: "" },
  ]
) {
  test(`supervise prints lines ${name}`, async () => {
    await using workspace = await createWorkspace(SERVICES);
    const config = `${workspace.folder}/config.yaml`;
    const supervise = `${Deno.execPath()} run -A ${fixture("runs_task.ts")}`;
    await using terminal = await openTerminal([
      "sh",
      "-c",
      `${before} ${supervise} supervise --config=${config} ${after}`,
    ]);

    await terminal.shows(/^ticker \| hi$/m);
    // Its services have started a moment before it answers.
    await workspace.services();
    await workspace.run("stop");

    assertEquals(await terminal.endsClean(), 0);
  });
}

/** Finds the process that supervises the config of a folder. */
async function supervisorPid(folder: string): Promise<number> {
  await using ps = spawn("ps", ["-A", "-o", "pid=,args="]);
  const lines = (await ps.stdout.rest()).split("\n");
  const line = lines.find((each) => each.includes(`--config=${folder}/`));
  return Number.parseInt(line ?? "");
}

/** Resolves when there is no such process. */
async function ended(pid: number): Promise<void> {
  await eventually(`process ${pid} has ended`, () => {
    try {
      Deno.kill(pid, "SIGCONT");
      return false;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      throw error;
    }
  });
}
