/**
 * The `attach` command: what `supervise` shows, of a supervisor that runs
 * already.
 *
 * Leaving ends nothing but this command.
 *
 * @module
 */

import { basename, resolve } from "node:path";
import process from "node:process";
import { pause } from "../runtime/program/abort.ts";
import { Failure, Fault } from "../runtime/program/errors.ts";
import { readFlags, toggle } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log } from "../runtime/program/log.ts";
import { shortPath } from "../runtime/program/paths.ts";
import { type Commands, connectControl } from "../supervisor/control/client.ts";
import { type Attached, attachTo } from "./attach/attached.ts";
import { ANY_NUMBER, CONTROL_FLAGS } from "./control/flags.ts";
import { describeEnd } from "./control/wait_report.ts";
import { canShowLiveView } from "./live_view/can_show.ts";
import {
  startJsonView,
  startPlainView,
  startQuietView,
} from "./supervise/plain_view.ts";
import { printHelp } from "./terminal/help.ts";
import { type TerminalWriter, terminalWriter } from "./terminal/terminal.ts";

/** The flags of the command. */
export const attachFlags = {
  ...CONTROL_FLAGS,
  plain: toggle("print lines instead of drawing a live view"),
  raw: toggle("as --plain, with what services write as it came"),
  quiet: toggle("print what goes wrong, and nothing else"),
};

/** How often a supervisor is asked that has broken the connection. */
const RETRY_MS = 100;
/** How long it may take until it answers again, in milliseconds. */
const ANSWER_MS = 3_000;

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and services or replicas (none: all).
 * @returns The exit code: 0 once the supervisor has stopped everything, or after
 * `q`; 130 after Ctrl-C.
 * @throws {UsageError} If a flag is wrong, or there is no such service.
 * @throws {Fault} `unavailable` if no supervisor runs.
 * @throws {Failure} If the supervisor has ended in any other way.
 */
export async function attach(argv: string[]): Promise<number> {
  const { flags, words } = readFlags(argv, attachFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    printHelp(
      "attach [flags] [service ...]",
      "Shows services that run already; leaving it stops nothing.",
      attachFlags,
    );
    return 0;
  }
  const control = await connectControl(flags.config);
  const { supervisorPid, supervisorUptimeMs: ranMs = 0 } = await control.list();
  using interrupts = listenForInterrupts();
  const stdout = terminalWriter(Deno.stdout);
  const stderr = terminalWriter(Deno.stderr);
  const left = new AbortController();
  const stop = AbortSignal.any([
    interrupts.stop,
    left.signal,
    stdout.closed,
    stderr.closed,
  ]);
  const attached = attachTo(control, words);
  const path = resolve(flags.config);
  const name = shortPath(path);
  {
    await using _view = await startView(attached, control, {
      flags,
      stdout,
      stderr,
      title: basename(path),
      ranMs,
      onLeave: () => left.abort(),
    });
    await followUntilOver(attached, control, { name, supervisorPid, stop });
  }
  if (attached.stopping.aborted && !stop.aborted) {
    log(
      `The supervisor of ${name} ${
        describeEnd(String(attached.stopping.reason))
      }`,
    );
  } else if (left.signal.aborted) {
    log(`Detached from ${name}, whose services go on`);
  }
  return interrupts.stop.aborted ? interrupts.stop.reason : 0;
}

/** Shows it as `supervise` would. */
async function startView(
  attached: Attached,
  commands: Commands,
  { flags, stdout, stderr, title, ranMs, onLeave }: {
    flags: Record<"plain" | "quiet" | "json" | "raw", boolean>;
    stdout: TerminalWriter;
    stderr: TerminalWriter;
    title: string;
    ranMs: number;
    onLeave(): void;
  },
): Promise<AsyncDisposable> {
  const { plain, quiet, json, raw } = flags;
  if (json) return startJsonView(attached, { stdout, quiet });
  if (quiet) return startQuietView(attached, { stderr });
  if (plain || raw || !canShowLiveView()) {
    return startPlainView(attached, { stdout, stderr, raw });
  }
  const { startLiveView } = await import("./live_view/live_view.ts");
  return startLiveView(attached, {
    title,
    commands,
    leaving: { way: "detach", leave: onLeave },
    stopping: attached.stopping,
    ranMs,
  });
}

/**
 * Follows until somebody leaves or the supervisor ends. One that has made its
 * socket anew, since its folder was removed, is found again.
 *
 * @throws {Failure} If it has ended without stopping its services in order.
 */
async function followUntilOver(
  attached: Attached,
  control: Commands,
  { name, supervisorPid, stop }: {
    name: string;
    supervisorPid: number;
    stop: AbortSignal;
  },
): Promise<void> {
  for (let newOnly = false;; newOnly = true) {
    try {
      await attached.follow(stop, { newOnly });
      return;
    } catch (error) {
      if (attached.stopping.aborted) return;
      if (!(error instanceof Fault) || error.code !== "unavailable") {
        throw error;
      }
    }
    const pid = await answeringPid(control, supervisorPid, stop);
    if (stop.aborted) return;
    if (pid === supervisorPid) continue;
    throw new Failure(`Cannot go on: ${whyOver(name, supervisorPid, pid)}`);
  }
}

/** Says what has become of a supervisor, by who answers now. */
function whyOver(
  name: string,
  supervisorPid: number,
  pid: number | undefined,
): string {
  if (pid !== undefined) {
    return `another supervisor (pid ${pid}) has taken the place of that of "${name}"; attach again to see it`;
  }
  return isRunning(supervisorPid)
    ? `the supervisor of "${name}" (pid ${supervisorPid}) no longer answers`
    : `the supervisor of "${name}" (pid ${supervisorPid}) has ended without stopping its services in order, as after kill -9`;
}

/** Asks who answers now; undefined if nobody does for a while. */
async function answeringPid(
  control: Pick<Commands, "list">,
  supervisorPid: number,
  stop: AbortSignal,
): Promise<number | undefined> {
  const untilMs = performance.now() + ANSWER_MS;
  while (!stop.aborted && performance.now() < untilMs) {
    try {
      return (await control.list()).supervisorPid;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
    if (!isRunning(supervisorPid)) return undefined;
    await pause(RETRY_MS, stop);
  }
  return undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // Nobody has that number, or somebody else by now.
    return false;
  }
}
