/**
 * The `supervise` command: keeps the services of a config running until it is
 * told to stop.
 *
 * @module
 */

import { basename } from "node:path";
import { describeUnstoppable } from "../runtime/process/process_group.ts";
import { abortOnDispose } from "../runtime/program/abort.ts";
import { commandFor } from "../runtime/program/command_name.ts";
import { UsageError } from "../runtime/program/errors.ts";
import { exitWith } from "../runtime/program/exit.ts";
import { duration, readFlags, text, toggle } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, logDefect, print } from "../runtime/program/log.ts";
import type { Config } from "../supervisor/config/config.ts";
import { loadConfig } from "../supervisor/config/load_config.ts";
import type { Commands } from "../supervisor/control/client.ts";
import { localCommands } from "../supervisor/control/local_commands.ts";
import { serveControl } from "../supervisor/control/service.ts";
import {
  createSupervisor,
  type Supervisor,
  type SupervisorOptions,
} from "../supervisor/supervisor.ts";
import { ANY_NUMBER, CONTROL_FLAGS } from "./control/flags.ts";
import { printServices } from "./control/service_report.ts";
import { printDashboard } from "./dashboard/print_address.ts";
import { canShowLiveView } from "./live_view/can_show.ts";
import { superviseInBackground } from "./supervise/background.ts";
import { chooseAgain, chooseServices, profilesIn } from "./supervise/choose.ts";
import {
  type EndConditions,
  withFinalService,
  withSameFinalService,
} from "./supervise/end_conditions.ts";
import { listenForHangup } from "./supervise/hangup.ts";
import { followDashboard } from "./dashboard/address.ts";
import { type OwnOutputs, withOwnOutputs } from "./supervise/own_outputs.ts";
import {
  startJsonView,
  startPlainView,
  startQuietView,
} from "./supervise/plain_view.ts";
import { summedUp } from "./supervise/summed_up.ts";
import { watchTaskRunner } from "./supervise/task_runner.ts";
import { superviseUntilOver } from "./supervise/until_over.ts";
import { viewedHere } from "./supervise/viewed.ts";
import { printHelp } from "./terminal/help.ts";
import { whileShown } from "./terminal/status_line.ts";

/** The flags of the command. */
export const superviseFlags = {
  ...CONTROL_FLAGS,
  plain: toggle("print lines instead of drawing a live view"),
  raw: toggle("as --plain, with what services write as it came"),
  quiet: toggle("print what goes wrong, and nothing else"),
  wait: toggle("run in the background; return once all is healthy"),
  timeout: duration("with --wait, how long to wait", "60s"),
  "dry-run": toggle("print what would be run, and run nothing"),
  profile: text(
    "PROFILE",
    "also start services of this profile; may be repeated",
  ),
  "exit-code-from": text(
    "SERVICE",
    "stop all when this service ends, and exit with its code",
  ),
  "abort-on-failure": toggle("stop all when a service fails for good"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and the services to run (none: all).
 * @returns The exit code: 130 after Ctrl-C.
 * @throws {UsageError} If the command line or the config is wrong.
 * @throws {Failure} If services failed.
 */
export async function supervise(argv: string[]): Promise<number> {
  const { flags, given, words } = readFlags(argv, superviseFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    printHelp(
      "supervise [flags] [service ...]",
      "Runs services, with their dependencies, until Ctrl-C.",
      superviseFlags,
    );
    return 0;
  }
  const exitCodeFrom = flags["exit-code-from"];
  const abortOnFailure = flags["abort-on-failure"];
  if (flags.wait && (exitCodeFrom !== undefined || abortOnFailure)) {
    throw new UsageError(
      `Cannot use --wait with --${
        abortOnFailure ? "abort-on-failure" : "exit-code-from"
      }: the one returns while services run, the other when they end`,
    );
  }
  if (given.has("timeout") && !flags.wait) {
    throw new UsageError(
      "Cannot use --timeout without --wait: only that one waits for a time",
    );
  }
  const written = await loadConfig(flags.config);
  const config = exitCodeFrom === undefined
    ? written
    : withFinalService(written, exitCodeFrom);
  const profiles = profilesIn(argv);
  const alsoFinal = (chosen: Config, names: readonly string[]) =>
    exitCodeFrom === undefined
      ? names
      : chooseServices(chosen, [...new Set([...names, exitCodeFrom])], []);
  const names = alsoFinal(config, chooseServices(config, words, profiles));
  if (flags["dry-run"]) {
    const { describePlan, planReport } = await import("./supervise/dry_run.ts");
    print(
      flags.json
        ? JSON.stringify(await planReport(config, names), undefined, 2)
        : await describePlan(config, names),
    );
    return 0;
  }
  if (flags.wait) {
    using interrupts = listenForInterrupts();
    const selection = [
      ...words,
      ...profiles.map((name) => `--profile=${name}`),
    ];
    const awaited = names.filter((name) =>
      !config.services.get(name)?.[0]?.looksOn
    );
    const services = await whileShown(
      `Waiting until ${awaited.join(", ")} ${
        awaited.length === 1 ? "is" : "are"
      } healthy`,
      superviseInBackground(config, selection, {
        timeoutMs: flags.timeout,
        interrupts,
      }),
    );
    await printServices(services, flags);
    if (!flags.json && !flags.quiet) await printDashboard(config);
    return 0;
  }
  return await withOwnOutputs((outputs) =>
    superviseHere(config, names, outputs, {
      view: {
        plain: flags.plain || flags.raw,
        quiet: flags.quiet,
        json: flags.json,
        raw: flags.raw,
      },
      named: exitCodeFrom === undefined ? words : [...words, exitCodeFrom],
      abortOnFailure,
      ...(exitCodeFrom === undefined ? {} : { exitCodeFrom }),
      choose: (changed) =>
        alsoFinal(changed, chooseAgain(changed, words, profiles)),
      prepare: (changed) =>
        exitCodeFrom === undefined
          ? changed
          : withSameFinalService(changed, exitCodeFrom),
    })
  );
}

/** Deno collects its own children, and no others. */
const WITHOUT_INIT =
  "This supervisor is process 1 of its container and cannot collect the orphans of services, which stay as zombies: start the container with `docker run --init` (compose: `init: true`), or the supervisor with `tini --`";

async function superviseHere(
  config: Config,
  names: readonly string[],
  outputs: OwnOutputs,
  { view: viewFlags, choose, prepare, named, ...conditions }:
    & { view: ViewFlags; named: readonly string[] }
    & Required<Pick<SupervisorOptions, "choose" | "prepare">>
    & EndConditions,
): Promise<number> {
  using interrupts = listenForInterrupts();
  const told = new AbortController();
  using _parent = watchTaskRunner((what) => told.abort(what));
  await using supervisor = await createSupervisor(config, { choose, prepare });
  for (const { name, pid, left } of supervisor.leftovers) {
    log(
      left.length > 0
        ? `${name}, which an earlier supervisor had left behind, ${
          describeUnstoppable(left)
        }`
        : `Ended ${name} (pid ${pid}), which an earlier supervisor had left behind`,
    );
  }
  if (Deno.pid === 1) log(WITHOUT_INIT);
  outputs.onLoss = supervisor.reportLoss;
  const commands = localCommands(
    supervisor,
    () => told.abort(`\`${commandFor("stop")}\``),
  );
  await using view = await startView(
    supervisor,
    commands,
    outputs,
    viewFlags,
    () => told.abort("the live view was left"),
    AbortSignal.any([interrupts.stop, told.signal]),
  );
  using over = abortOnDispose();
  void followDashboard(supervisor, view.showDashboard, over.signal);
  supervisor.begin(names, named);
  using _hangup = listenForHangup({
    reload: () => void reloadAloud(supervisor),
    quit: () => told.abort("the terminal was closed"),
  });
  await using _control = await serveControl(supervisor, commands);
  return await superviseUntilOver(
    supervisor,
    interrupts,
    told.signal,
    conditions,
  );
}

/** How the services are shown. */
type ViewFlags = Record<"plain" | "quiet" | "json" | "raw", boolean>;

/** Loads the live view, and what it draws with, only where it is shown. */
async function startView(
  supervisor: Supervisor,
  commands: Commands,
  { stdout, stderr }: OwnOutputs,
  { plain, quiet, json, raw }: ViewFlags,
  onQuit: () => void,
  stopping: AbortSignal,
): Promise<SupervisorView> {
  const viewed = viewedHere(supervisor);
  // An address for a person is none for a program.
  if (json) return silent(startJsonView(viewed, { stdout, quiet }));
  if (quiet) return silent(startQuietView(viewed, { stderr }));
  if (plain || !canShowLiveView()) {
    const lines = startPlainView(viewed, { stdout, stderr, raw });
    return Object.assign(lines, {
      showDashboard: (address: string | undefined) =>
        address === undefined ? undefined : lines.say(`dashboard: ${address}`),
    });
  }
  const { startLiveView } = await import("./live_view/live_view.ts");
  let dashboard: string | undefined;
  const view = startLiveView(viewed, {
    dashboard: () => dashboard,
    title: basename(supervisor.config.path),
    commands,
    leaving: { way: "quit", leave: onQuit, hurry: supervisor.hurry },
    stopping,
  });
  return Object.assign(summedUp(supervisor, view), {
    showDashboard: (address: string | undefined) => dashboard = address,
  });
}

/** Shows what happens, and the address that opens the dashboard. */
interface SupervisorView extends AsyncDisposable {
  /** @param address Undefined once it opens nothing. */
  showDashboard(address: string | undefined): unknown;
}

function silent(view: AsyncDisposable): SupervisorView {
  return Object.assign(view, { showDashboard() {} });
}

/** Reads the config again for a signal: there is only the log to answer in. */
async function reloadAloud(supervisor: Supervisor): Promise<void> {
  try {
    const { changes } = await supervisor.reload();
    const { changeTable } = await import("./control/change_report.ts");
    for (const line of changeTable(changes).trimEnd().split("\n")) log(line);
  } catch (error) {
    if (!(error instanceof UsageError)) return logDefect("reloading", error);
    for (const line of error.message.split("\n")) log(line);
    log("The services go on as they were");
  }
}

// Started as a process by supervise/background.ts.
if (import.meta.main) await exitWith(() => supervise(Deno.args));
