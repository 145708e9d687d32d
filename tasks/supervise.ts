/**
 * The `supervise` command: keeps the services of a config running until it is
 * told to stop.
 *
 * @module
 */

import { aborted } from "../runtime/program/abort.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import { exitWith } from "../runtime/program/exit.ts";
import { duration, readFlags, text, toggle } from "../runtime/program/flags.ts";
import {
  type Interrupts,
  listenForInterrupts,
  TERMINATED,
} from "../runtime/program/interrupts.ts";
import { log, logDefect, print } from "../runtime/program/log.ts";
import {
  type Config,
  graphOf,
  inProfiles,
  requireServices,
  withDependencies,
} from "../supervisor/config/config.ts";
import { loadConfig } from "../supervisor/config/load_config.ts";
import { serveControl } from "../supervisor/control/service.ts";
import {
  createSupervisor,
  type Outcome,
  type Supervisor,
  type SupervisorOptions,
} from "../supervisor/supervisor.ts";
import { changeTable } from "./change_report.ts";
import { ANY_NUMBER, CONTROL_FLAGS, printHelp } from "./control_flags.ts";
import { describePlan, planReport } from "./dry_run.ts";
import {
  type End,
  type EndConditions,
  untilMet,
  withFinalService,
} from "./end_conditions.ts";
import { listenForHangup } from "./hangup.ts";
import { canShowLiveView, startLiveView } from "./live_view/live_view.ts";
import { startPlainView, startQuietView } from "./plain_view.ts";
import { serviceReport, serviceTable } from "./service_report.ts";
import { superviseInBackground } from "./supervise_in_background.ts";
import { terminalWriter } from "./terminal.ts";

/** The flags of the command. */
export const superviseFlags = {
  ...CONTROL_FLAGS,
  plain: toggle("print lines instead of drawing a live view"),
  quiet: toggle("print what goes wrong, and nothing else"),
  wait: toggle("run in the background; return once all is healthy"),
  timeout: duration("with --wait, how long to wait", "60s"),
  "dry-run": toggle("print what would be run, and run nothing"),
  profile: text("NAME", "also start services of this profile; may be repeated"),
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
  const { flags, words } = readFlags(argv, superviseFlags, {
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
  const prepare = (written: Config) =>
    exitCodeFrom === undefined
      ? written
      : withFinalService(written, exitCodeFrom);
  const config = prepare(await loadConfig(flags.config));
  const profiles = profilesIn(argv);
  const alsoFinal = (chosen: Config, names: readonly string[]) =>
    exitCodeFrom === undefined
      ? names
      : chooseServices(chosen, [...new Set([...names, exitCodeFrom])], []);
  const names = alsoFinal(config, chooseServices(config, words, profiles));
  if (flags["dry-run"]) {
    print(
      flags.json
        ? JSON.stringify(await planReport(config, names), undefined, 2)
        : await describePlan(config, names),
    );
    return 0;
  }
  if (flags.wait) {
    const services = await superviseInBackground(
      config,
      [...words, ...profiles.map((name) => `--profile=${name}`)],
      flags.timeout,
    );
    print(
      flags.json
        ? JSON.stringify(services.map(serviceReport), undefined, 2)
        : serviceTable(services).trimEnd(),
    );
    return 0;
  }
  return await superviseHere(config, names, {
    plain: flags.plain,
    quiet: flags.quiet,
    abortOnFailure,
    ...(exitCodeFrom === undefined ? {} : { exitCodeFrom }),
    choose: (changed) =>
      alsoFinal(changed, chooseAgain(changed, words, profiles)),
    prepare,
  });
}

/** As chooseServices(), for a config that may lack some that were named. */
function chooseAgain(
  config: Config,
  words: readonly string[],
  profiles: readonly string[],
): string[] {
  const names = [...config.services].flatMap(([service, specs]) => [
    service,
    ...specs.map(({ name }) => name),
  ]);
  const left = words.filter((word) => names.includes(word));
  if (words.length > 0 && left.length === 0) return [];
  return chooseServices(config, left, profiles);
}

/**
 * Returns the services to run, dependencies first.
 *
 * @param words Those that were named; none: all that the profiles allow.
 * @throws {UsageError} For a name that is not in the config.
 */
export function chooseServices(
  config: Config,
  words: readonly string[],
  profiles: readonly string[],
): string[] {
  requireServices(config, words);
  const listed = [...config.services].map(([name, [spec]]) => ({
    name,
    profiles: spec?.profiles ?? [],
  }));
  const wanted = words.length > 0 ? words : inProfiles(listed, profiles);
  const graph = graphOf(config);
  // A single replica has no entry in the graph; its service has.
  const serviceOf = new Map(
    [...config.services].flatMap(([service, specs]) =>
      specs.map(({ name }) => [name, service])
    ),
  );
  const before = withDependencies(
    graph,
    wanted.map((word) => serviceOf.get(word) ?? word),
  );
  const asked = new Set(wanted.map((word) => serviceOf.get(word) ?? word));
  return [...before.filter((name) => !asked.has(name)), ...wanted];
}

/** Collects every --profile: each may name several, with commas between. */
export function profilesIn(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) =>
    word.startsWith("--profile=")
      ? word.slice("--profile=".length).split(",")
      : argv[index - 1] === "--profile"
      ? word.split(",")
      : []
  ).filter((name) => name !== "");
}

async function superviseHere(
  config: Config,
  names: readonly string[],
  { plain, quiet, choose, prepare, ...conditions }:
    & { plain: boolean; quiet: boolean }
    & Required<Pick<SupervisorOptions, "choose" | "prepare">>
    & EndConditions,
): Promise<number> {
  using interrupts = listenForInterrupts();
  const told = new AbortController();
  using _parent = watchTaskRunner(() => told.abort("`deno task` was killed"));
  await using supervisor = await createSupervisor(config, { choose, prepare });
  for (const { name, pid } of supervisor.leftovers) {
    log(
      `Ended ${name} (pid ${pid}), which an earlier supervisor had left behind`,
    );
  }
  const stderr = terminalWriter(Deno.stderr);
  await using _view = quiet
    ? startQuietView(supervisor, { stderr })
    : plain || !canShowLiveView()
    ? startPlainView(supervisor, {
      stdout: terminalWriter(Deno.stdout),
      stderr,
    })
    : startLiveView(supervisor, {
      onQuit: () => told.abort("the live view was left"),
      stopping: AbortSignal.any([interrupts.stop, told.signal]),
    });
  void supervisor.start(names);
  using _hangup = listenForHangup({
    reload: () => void reloadAloud(supervisor),
    quit: () => told.abort("the terminal was closed"),
  });
  await using _control = await serveControl(
    supervisor,
    () => told.abort("`deno task stop`"),
  );
  return await superviseUntilOver(
    supervisor,
    interrupts,
    told.signal,
    conditions,
  );
}

/** Reads the config again for a signal: there is only the log to answer in. */
async function reloadAloud(supervisor: Supervisor): Promise<void> {
  try {
    const { changes } = await supervisor.reload();
    for (const line of changeTable(changes).trimEnd().split("\n")) log(line);
  } catch (error) {
    if (!(error instanceof UsageError)) return logDefect("reloading", error);
    for (const line of error.message.split("\n")) log(line);
    log("The services go on as they were");
  }
}

/**
 * Waits for the end, whoever asks for it, and stops everything.
 *
 * @param told Aborts when somebody asks for the end by other means than a key;
 * its reason says by which.
 * @param conditions What else ends it.
 * @returns The exit code.
 * @throws {Failure} If services failed.
 */
export async function superviseUntilOver(
  supervisor: Supervisor,
  { stop, hurry }: Pick<Interrupts, "stop" | "hurry">,
  told: AbortSignal,
  conditions: EndConditions = {},
): Promise<number> {
  hurry.addEventListener("abort", () => supervisor.hurry(), { once: true });
  const { exitCodeFrom } = conditions;
  const over = new AbortController();
  const end = await Promise.race([
    // Where all have ended, so has the one whose exit code is asked for.
    ...(exitCodeFrom === undefined ? [supervisor.ended.then(endOfAll)] : []),
    untilMet(supervisor.events, conditions, over.signal),
    aborted(stop).then(() => endBySignal(stop.reason, conditions)),
    aborted(told).then(() => endByRequest(told.reason, conditions)),
  ]);
  over.abort();
  await supervisor.shutdown(end.reason);
  const { exitCode, failure } = stop.aborted
    ? endBySignal(stop.reason, conditions)
    : end;
  if (failure !== undefined) throw new Failure(failure, exitCode);
  return exitCode;
}

function endOfAll({ failures }: Outcome): End {
  const reason = "all services have ended";
  if (failures.length === 0) return { reason, exitCode: 0 };
  const failure = failures
    .map(({ name, reason }) => `Service "${name}" ${reason}`).join("\n");
  return { reason, exitCode: 1, failure };
}

/** SIGTERM is a good end, unless somebody waits for how a service ends. */
function endBySignal(signalCode: number, { exitCodeFrom }: EndConditions): End {
  const isTerm = signalCode === TERMINATED;
  return {
    reason: isTerm ? "SIGTERM" : "Ctrl-C",
    exitCode: isTerm && exitCodeFrom === undefined ? 0 : signalCode,
  };
}

function endByRequest(reason: string, { exitCodeFrom }: EndConditions): End {
  if (exitCodeFrom === undefined) return { reason, exitCode: 0 };
  const failure =
    `Service "${exitCodeFrom}" had not ended when everything was stopped: ${reason}`;
  return { reason, exitCode: 1, failure };
}

/** How often the parent is looked at, in milliseconds. */
const PARENT_MS = 1_000;

/**
 * Notices the end of `deno task`, which started us. It passes on every signal
 * but SIGKILL, which it cannot see; then nobody is left to end us.
 */
function watchTaskRunner(onGone: () => void): Disposable {
  const parent = Deno.ppid;
  // `deno task` sets this, and nothing else in our surroundings does.
  const timer = Deno.env.has("INIT_CWD")
    ? setInterval(() => {
      if (Deno.ppid === parent) return;
      log("`deno task` was killed: everything is stopped");
      clearInterval(timer);
      onGone();
    }, PARENT_MS)
    : undefined;
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

// Started as a process by supervise_in_background.ts.
if (import.meta.main) await exitWith(() => supervise(Deno.args));
