/** The progress bar in a real terminal, whose other lines are not its own. */

import { assertEquals } from "@std/assert";
import { fixture } from "../../support/supervised.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import {
  openTerminal,
  type TerminalSession,
  testInTerminal,
} from "../../support/terminal_session.ts";

const BAR = /░ \d+ % {2}\d+ events, \d+ events\/s/;

/** Opens a shell in a terminal, and types what draws a progress bar. */
async function drawInShell(line = ""): Promise<
  AsyncDisposable & { terminal: TerminalSession; pid: number }
> {
  await using cleanup = new AsyncDisposableStack();
  const folder = cleanup.use(await tempFolder());
  const terminal = cleanup.use(
    await openTerminal(["bash", "--norc", "-i"], { env: { PS1: "shell> " } }),
  );
  await terminal.shows(/^shell>/m);
  const pidFile = folder.file("pid");
  const script = fixture("draws_progress.ts");
  // One word by which it can be told from what it prints.
  await terminal.press(
    `${Deno.execPath()} run -A --quiet ${script} ${pidFile} ${line}`,
    "Enter",
  );
  await terminal.shows(BAR);
  const pid = Number(await Deno.readTextFile(pidFile));
  const owned = cleanup.move();
  return {
    terminal,
    pid,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const isTable = (line: string) => line.startsWith("| ");

testInTerminal(
  "after Ctrl-Z and fg nothing of the progress bar stands in the table",
  async () => {
    await using drawn = await drawInShell();
    const { terminal, pid } = drawn;

    await terminal.press("C-z");
    const stopped = await terminal.shows(/Stopped/);
    await terminal.press("fg", "Enter");
    await terminal.shows(BAR);
    Deno.kill(pid, "SIGUSR1");
    const lines = await terminal.shows(/second row of the table/);

    assertEquals(stopped.filter((line) => BAR.test(line)), []);
    assertEquals(lines.filter((line) => BAR.test(line)), []);
    // What the shell wrote is still there, above the table.
    const table = lines.findIndex(isTable);
    assertEquals(lines.slice(table, table + 2), [
      "| first row of the table |",
      "| second row of the table |",
    ]);
    const above = lines.slice(0, table).join("\n");
    for (const kept of ["Stopped", "shell> fg"]) {
      assertEquals(above.includes(kept), true, `${kept} is gone:\n${above}`);
    }
  },
);

testInTerminal(
  "a line that is logged stands above the table, and nothing of the progress bar",
  async () => {
    await using drawn = await drawInShell();
    const { terminal, pid } = drawn;

    Deno.kill(pid, "SIGUSR2");
    await terminal.shows((lines) =>
      lines.includes("something was logged") && BAR.test(lines.at(-1) ?? "")
    );
    Deno.kill(pid, "SIGUSR1");
    const lines = await terminal.shows(/second row of the table/);

    const logged = lines.indexOf("something was logged");
    assertEquals(lines.slice(logged, logged + 3), [
      "something was logged",
      "| first row of the table |",
      "| second row of the table |",
    ]);
  },
);

testInTerminal(
  "a line that is longer than the terminal is wide is shown whole above the bar",
  async () => {
    const long = `begin-${"x".repeat(150)}-end`;
    await using drawn = await drawInShell(long);
    const { terminal, pid } = drawn;

    Deno.kill(pid, "SIGUSR2");
    const lines = await terminal.shows((lines) =>
      lines.some((line) => line.endsWith("-end")) &&
      BAR.test(lines.at(-1) ?? "")
    );
    Deno.kill(pid, "SIGUSR1");

    assertEquals(lines.join("").includes(long), true, lines.join("\n"));
  },
);
