/**
 * The `supervise` command: keeps the services of a config running until it is
 * told to stop.
 *
 * @module
 */

import { aborted } from "../proto/abort.ts";
import { exitWith, Failure } from "../proto/exit.ts";
import { duration, readFlags, text, toggle } from "../proto/flags.ts";
import {
  type Interrupts,
  listenForInterrupts,
  TERMINATED,
} from "../proto/interrupts.ts";
import { log, print } from "../proto/log.ts";
import { type Config, graphOf, loadConfig } from "../supervisor/config.ts";
import { requireServices } from "../supervisor/config.ts";
import { serveControl } from "../supervisor/control.ts";
import {
  inProfiles,
  withDependencies,
} from "../supervisor/dependency_order.ts";
import { createSupervisor, type Supervisor } from "../supervisor/supervisor.ts";
import { ANY_NUMBER, CONTROL_FLAGS, printHelp } from "./control_flags.ts";
import { describePlan, planReport } from "./dry_run.ts";
import { canShowLiveView, startLiveView } from "./live_view/live_view.ts";
import { startPlainView } from "./plain_view.ts";
import { serviceReport, serviceTable } from "./service_report.ts";
import { superviseInBackground } from "./supervise_in_background.ts";
import { terminalWriter } from "./terminal.ts";

/** The flags of the command. */
export const superviseFlags = {
  ...CONTROL_FLAGS,
  plain: toggle("print lines instead of drawing a live view"),
  wait: toggle("run in the background; return once all is healthy"),
  timeout: duration("with --wait, how long to wait", "60s"),
  "dry-run": toggle("print what would be run, and run nothing"),
  profile: text("NAME", "also start services of this profile; may be repeated"),
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
  const config = await loadConfig(flags.config);
  const names = chooseServices(config, words, profilesIn(argv));
  if (flags["dry-run"]) {
    print(
      flags.json
        ? JSON.stringify(await planReport(config, names), undefined, 2)
        : await describePlan(config, names),
    );
    return 0;
  }
  if (flags.wait) {
    const services = await superviseInBackground(config, names, flags.timeout);
    print(
      flags.json
        ? JSON.stringify(services.map(serviceReport), undefined, 2)
        : serviceTable(services).trimEnd(),
    );
    return 0;
  }
  return await superviseHere(config, names, { plain: flags.plain });
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
function profilesIn(argv: readonly string[]): string[] {
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
  { plain }: { plain: boolean },
): Promise<number> {
  using interrupts = listenForInterrupts();
  const told = new AbortController();
  using _parent = watchTaskRunner(() => told.abort());
  await using supervisor = await createSupervisor(config);
  for (const { name, pid } of supervisor.leftovers) {
    log(
      `Ended ${name} (pid ${pid}), which an earlier supervisor had left behind`,
    );
  }
  await using _view = plain || !canShowLiveView()
    ? startPlainView(supervisor, {
      stdout: terminalWriter(Deno.stdout),
      stderr: terminalWriter(Deno.stderr),
    })
    : startLiveView(supervisor, {
      onQuit: () => told.abort(),
      stopping: AbortSignal.any([interrupts.stop, told.signal]),
    });
  void supervisor.start(names);
  await using _control = await serveControl(supervisor, () => told.abort());
  return await superviseUntilOver(supervisor, interrupts, told.signal);
}

/**
 * Waits for the end, whoever asks for it, and stops everything.
 *
 * @param told Aborts when somebody asks for the end by other means than a key.
 * @returns The exit code.
 * @throws {Failure} If services failed.
 */
export async function superviseUntilOver(
  supervisor: Supervisor,
  { stop, hurry }: Pick<Interrupts, "stop" | "hurry">,
  told: AbortSignal,
): Promise<number> {
  hurry.addEventListener("abort", () => supervisor.hurry(), { once: true });
  const outcome = await Promise.race([
    supervisor.ended,
    aborted(stop),
    aborted(told),
  ]);
  await supervisor.shutdown();
  if (stop.aborted) return stop.reason === TERMINATED ? 0 : stop.reason;
  const failures = outcome?.failures ?? [];
  if (failures.length === 0) return 0;
  throw new Failure(
    failures.map(({ name, reason }) => `Service "${name}" ${reason}`).join(
      "\n",
    ),
  );
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
