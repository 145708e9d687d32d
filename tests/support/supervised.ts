/**
 * Runs `supervise` and the commands around it as processes, for tests.
 *
 * Whatever a test has started is gone when the value is disposed of.
 *
 * @module
 */

import { stringify } from "@std/yaml";
import { join } from "node:path";
import { readToken } from "../../runtime/files/token_file.ts";
import { eachLine } from "../../runtime/process/output_lines.ts";
import { listProcesses } from "../../runtime/process/process_group.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { stateDirOf } from "../../supervisor/config/config.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import {
  connectControl,
  isClaimed,
  untilEnded,
} from "../../supervisor/control/client.ts";
import {
  type ServiceReport,
  serviceReport,
} from "../../tasks/control/service_report.ts";
import { endBeside } from "./command_here.ts";
import { eventually } from "./eventually.ts";

/** The fixture of a name, as an absolute path. */
export function fixture(name: string): string {
  return new URL(`../fixtures/${name}`, import.meta.url).pathname;
}

/** The command that runs a fixture with all permissions. */
export function runFixture(name: string, ...args: string[]): string[] {
  return [Deno.execPath(), "run", "-A", fixture(name), ...args];
}

/** What a command has printed, and its exit code. */
export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

/** A folder with a config.yaml, for commands to run in. */
export interface Workspace extends AsyncDisposable {
  folder: string;
  /** Writes other services into the config; nobody is told. */
  configure(services: Record<string, unknown>): Promise<void>;
  /** The services by name, each as `ps --json` shows it. */
  services(): Promise<Map<string, ServiceReport>>;
  /** The variables of a client that belongs to the run. */
  runVariables(): Promise<Record<string, string>>;
  /** Runs a command of tasks/ to its end. */
  run(task: string, ...args: string[]): Promise<Output>;
  /** Starts `supervise --plain`. */
  supervise(...args: string[]): Supervised;
  /** Starts any command of tasks/. */
  start(task: string, ...args: string[]): Supervised;
  /**
   * Starts `supervise` through a shell.
   *
   * @param script What the shell does with it, as `exec "$@" --plain >/dev/full`.
   */
  superviseIn(script: string): Supervised;
  /** The pids of all processes that run in the folder. */
  processes(): Promise<number[]>;
  /** Resolves once no process runs in the folder. */
  empty(): Promise<void>;
}

/** A `supervise` process. */
export interface Supervised {
  pid: number;
  /** Everything it has printed, both outputs. */
  lines: string[];
  /** Resolves with the groups of a line, once `count` lines have matched. */
  said(pattern: RegExp, count?: number): Promise<RegExpExecArray>;
  kill(signal: Deno.Signal): void;
  /** Resolves with its exit code when its output has ended. */
  exit: Promise<number>;
}

/**
 * The commands that {@linkcode Workspace.run} runs in this process, which costs
 * a tenth of one of their own. `start` runs each as a process.
 */
const HERE: Record<
  string,
  () => Promise<(argv: string[]) => Promise<number | void>>
> = {
  ps: async () => (await import("../../tasks/ps.ts")).ps,
  stop: async () => (await import("../../tasks/stop.ts")).stop,
  start: async () => (await import("../../tasks/start.ts")).start,
  restart: async () => (await import("../../tasks/restart.ts")).restart,
  reload: async () => (await import("../../tasks/reload.ts")).reload,
  scale: async () => (await import("../../tasks/scale.ts")).scale,
  wait: async () => (await import("../../tasks/wait.ts")).wait,
  dashboard: async () => (await import("../../tasks/dashboard.ts")).dashboard,
};

/** How long anything in these tests may take, in milliseconds. */
const PATIENCE_MS = 120_000;

/** Options for {@linkcode createWorkspace}. */
export interface WorkspaceOptions {
  /** The name of the config's folder in a new one. @default {the new one} */
  below?: string;
  /** Keys of the config beside `services`. @default {none} */
  top?: Record<string, unknown>;
}

/** Makes a folder with the given services in its config. */
export async function createWorkspace(
  services: Record<string, unknown>,
  { below = "", top = {} }: WorkspaceOptions = {},
): Promise<Workspace> {
  const made = await Deno.makeTempDir({ prefix: "denizen-test-" });
  const folder = join(made, below);
  await Deno.mkdir(folder, { recursive: true });
  const configPath = join(folder, "config.yaml");
  const configure = (services: Record<string, unknown>) =>
    Deno.writeTextFile(configPath, stringify({ ...top, services }));
  await configure(services);
  const supervisors: Supervised[] = [];
  const command = (program: string, args: string[]) =>
    new Deno.Command(program, {
      args,
      // Not in the folder: only services run there.
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  const config = `--config=${configPath}`;
  /** Starts a command through a shell, which gives both outputs one pipe. */
  const started = (script: string, args: string[]) => {
    const ofShell = ["-c", `exec 2>&1; ${script}`, "sh"];
    const shell = command("/bin/sh", [
      ...ofShell,
      ...runFixture("runs_task.ts"),
      ...args,
    ]);
    const supervised = watch(shell.spawn());
    supervisors.push(supervised);
    return supervised;
  };
  /** Waits while there is a supervisor that does not answer yet. */
  const untilUp = () =>
    untilAnswered(async () => {
      if (!await isClaimed(stateDirOf(configPath))) return;
      await (await connectControl(configPath)).list();
    });
  const workspace: Workspace = {
    folder,
    configure,
    async services() {
      const control = await connectControl(configPath);
      let services: MeasuredSnapshot[] = [];
      await untilAnswered(async () => {
        ({ services } = await control.list());
      });
      return new Map(services.map((each) => [each.name, serviceReport(each)]));
    },
    async runVariables() {
      const token = await readToken(stateDirOf(configPath));
      return { DENIZEN_TOKEN: token! };
    },
    async run(task, ...args) {
      const here = HERE[task];
      if (here) {
        const command = await here();
        // A process of its own would have come later.
        // What else may be wrong, the command itself is to say.
        if (supervisors.length > 0) await untilUp().catch(() => {});
        return await endBeside(() => command([config, ...args]));
      }
      const { code, stdout, stderr } = await command(Deno.execPath(), [
        ...["run", "-A", fixture("runs_task.ts")],
        ...[task, config, ...args],
      ]).output();
      const decoder = new TextDecoder();
      return {
        code,
        stdout: decoder.decode(stdout),
        stderr: decoder.decode(stderr),
      };
    },
    supervise: (...args) => workspace.start("supervise", "--plain", ...args),
    start: (task, ...args) => started('exec "$@"', [task, config, ...args]),
    superviseIn: (script) => started(script, ["supervise", config]),
    async processes() {
      const pids: number[] = [];
      for (const { pid } of await listProcesses() ?? []) {
        const cwd = await Deno.readLink(`/proc/${pid}/cwd`).catch(() => "");
        if (cwd === folder) pids.push(pid);
      }
      return pids;
    },
    async empty() {
      await eventually(
        `no process runs in ${folder}`,
        async () => (await workspace.processes()).length === 0,
      );
    },
    async [Symbol.asyncDispose]() {
      for (const { kill } of supervisors) kill("SIGKILL");
      await killSupervisor(stateDirOf(configPath));
      for (const pid of await workspace.processes()) killIfThere(pid);
      for (const { exit } of supervisors) await exit;
      await workspace.empty();
      await Deno.remove(made, { recursive: true });
    },
  };
  return workspace;
}

/**
 * Asks until a supervisor answers, whatever it says: its services may have
 * started a moment before it does.
 */
async function untilAnswered(ask: () => Promise<void>): Promise<void> {
  await eventually("the supervisor answers", async () => {
    try {
      await ask();
      return true;
    } catch (error) {
      if (error instanceof Fault && error.code === "unavailable") return false;
      throw error;
    }
  });
}

/** Kills the supervisor that holds a state folder, if one does. */
async function killSupervisor(stateDir: string): Promise<void> {
  if (!await isClaimed(stateDir)) return;
  const pid = await Deno.readTextFile(join(stateDir, "supervisor.pid"));
  if (pid.trim() !== "") killIfThere(Number(pid));
  await untilEnded(stateDir);
}

function killIfThere(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function watch(child: Deno.ChildProcess): Supervised {
  const lines: string[] = [];
  const waiting = new Set<(line: string) => void>();
  const read = async (bytes: ReadableStream<Uint8Array>) => {
    for await (const line of eachLine(bytes)) {
      lines.push(line);
      for (const hear of waiting) hear(line);
    }
  };
  const exit = Promise.all([
    child.status,
    read(child.stdout),
    read(child.stderr),
  ]).then(([{ code }]) => code);
  return {
    pid: child.pid,
    lines,
    exit,
    async said(pattern, count = 1) {
      const found = Promise.withResolvers<RegExpExecArray>();
      let left = count;
      const hear = (line: string) => {
        const match = pattern.exec(line);
        if (match && --left === 0) found.resolve(match);
      };
      const fail = () =>
        found.reject(
          new Error(
            `Not said: ${pattern} (${count}); said at last:\n${
              lines.slice(-40).join("\n")
            }`,
          ),
        );
      for (const line of lines) hear(line);
      waiting.add(hear);
      const timer = setTimeout(fail, PATIENCE_MS);
      void exit.then(fail);
      try {
        return await found.promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(hear);
      }
    },
    kill(signal) {
      try {
        child.kill(signal);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it has ended
      }
    },
  };
}
