/**
 * A real terminal for tests: a window of tmux that nobody looks at.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import type { DeclareTest, TestRun } from "./at_once.ts";
import { testWhere } from "./built_clients.ts";
import { eventually } from "./eventually.ts";
import { endsWell } from "./programs.ts";

/** A terminal in which one command runs. */
export interface TerminalSession extends AsyncDisposable {
  /** What is on the screen, a line for each row that is not empty at the end. */
  screen(): Promise<string[]>;
  /** As screen(), with the escape sequences for colours and such. */
  colouredScreen(): Promise<string>;
  /** Resolves with the screen as soon as it is as wanted. */
  shows(wanted: RegExp | ((lines: string[]) => boolean)): Promise<string[]>;
  /** Presses keys, by the names that tmux has for them. */
  press(...keys: string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Closes the window, as with the mouse. */
  closeWindow(): Promise<void>;
  /**
   * Resolves when the command has ended, with its exit code.
   *
   * @throws {AssertionError} If the terminal is not as it was before.
   */
  endsClean(): Promise<number>;
}

/** Options for {@linkcode openTerminal}. */
export interface TerminalOptions {
  /** @default {100} */
  columns?: number;
  /** @default {28} */
  rows?: number;
  /** Variables, besides TERM; nothing in the tests' own says CI or NO_COLOR. */
  env?: Record<string, string>;
}

/**
 * Declares a test that needs tmux.
 *
 * @param declare What declares it where tmux is there.
 */
export function testInTerminal(
  name: string,
  run: TestRun,
  declare: DeclareTest = Deno.test,
): void {
  testWhere(name, hasTmux ? undefined : "tmux is not installed", run, declare);
}

const hasTmux = endsWell("tmux", ["-V"]);

/** Opens a terminal and runs a command in it. */
export async function openTerminal(
  command: readonly string[],
  { columns = 100, rows = 28, env = {} }: TerminalOptions = {},
): Promise<TerminalSession> {
  const folder = await Deno.makeTempDir({ prefix: "denizen-terminal-" });
  const file = (name: string) => join(folder, name);
  await Deno.writeTextFile(
    file("session.sh"),
    [
      // Ctrl-C is for the command only.
      "trap : INT",
      "unset CI NO_COLOR FORCE_COLOR",
      ...Object.entries(env).map(([name, value]) =>
        `export ${name}=${quote(value)}`
      ),
      `stty -g > ${quote(file("before"))}`,
      command.map(quote).join(" "),
      `code=$?`,
      `stty -g > ${quote(file("after"))}`,
      `echo "ended with code $code"`,
      "exec sleep 1000",
    ].join("\n"),
  );
  const tmux = async (...args: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-u", "-f", "/dev/null", "-S", file("socket"), ...args],
      env: { TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
    }).output();
    const decoder = new TextDecoder();
    if (!success) {
      throw new Error(`tmux ${args.join(" ")}: ${decoder.decode(stderr)}`);
    }
    return decoder.decode(stdout);
  };
  const size = ["-x", String(columns), "-y", String(rows)];
  const run = `sh ${quote(file("session.sh"))}`;
  await tmux("new-session", "-d", "-s", "test", ...size, run);
  /** Of the terminal: alternate screen, cursor shown, long lines wrapped. */
  const modes = async () =>
    (await tmux(
      "display-message",
      "-p",
      "#{alternate_on}#{cursor_flag}#{wrap_flag}",
    )).trim();
  const session: TerminalSession = {
    async screen() {
      return (await tmux("capture-pane", "-p")).trimEnd().split("\n");
    },
    colouredScreen: () => tmux("capture-pane", "-e", "-p"),
    async shows(wanted) {
      const isWanted = (lines: string[]) =>
        wanted instanceof RegExp
          ? wanted.test(lines.join("\n"))
          : wanted(lines);
      let lines: string[] = [];
      await eventually(
        () => `the screen shows ${wanted}; it shows\n${lines.join("\n")}`,
        async () => isWanted(lines = await session.screen()),
      );
      return lines;
    },
    async press(...keys) {
      await tmux("send-keys", ...keys);
    },
    async resize(columns, rows) {
      const size = ["-x", String(columns), "-y", String(rows)];
      await tmux("resize-window", ...size);
    },
    async closeWindow() {
      await tmux("kill-pane");
    },
    async endsClean() {
      const lines = await session.shows(/^ended with code \d+$/m);
      const [, code] = /^ended with code (\d+)$/m.exec(lines.join("\n"))!;
      assertEquals(await modes(), "011");
      assertEquals(
        await Deno.readTextFile(file("after")),
        await Deno.readTextFile(file("before")),
      );
      return Number(code);
    },
    async [Symbol.asyncDispose]() {
      // After closeWindow() there is no server any more.
      await tmux("kill-server").catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
  return session;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
