/**
 * The `run` command: one service, once, in the foreground.
 *
 * @module
 */

import { terminalPlace } from "../runtime/process/terminal_place.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { createToken } from "../runtime/rpc/token.ts";
import {
  addressOf,
  type Config,
  requireServices,
  serviceOf,
  type ServiceSpec,
  taskFor,
} from "../supervisor/config/config.ts";
import { loadConfig } from "../supervisor/config/load_config.ts";
import { createModuleGuard } from "../supervisor/modules/module_guard.ts";
import { startInForeground } from "../supervisor/service/foreground_run.ts";
import type { ServiceSnapshot } from "../supervisor/service/snapshot.ts";
import { CONTROL_FLAGS } from "./control/flags.ts";
import { findToken } from "./control/owners_token.ts";
import { listIfRunning } from "./control/running.ts";
import { createRelay, passSignals } from "./run_once/pass_signals.ts";
import { runWords } from "./run_once/words.ts";
import { watchTaskRunner } from "./supervise/task_runner.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const runFlags = {
  config: CONTROL_FLAGS.config,
  help: CONTROL_FLAGS.help,
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags and a service; after `--`, more arguments for
 * the service.
 * @returns The exit code of the service.
 * @throws {UsageError} If the command line or the config is wrong.
 * @throws {Failure} If the service cannot be started.
 */
export async function run(argv: string[]): Promise<number> {
  const { own, args } = runWords(argv);
  const { flags, words: [name] } = readFlags(own, runFlags, { maxWords: 1 });
  if (flags.help) {
    printHelp(
      "run [flags] service [-- argument ...]",
      "Runs a service once, in the foreground, with your input and output.",
      runFlags,
    );
    return 0;
  }
  if (name === undefined) {
    throw new UsageError(
      "Cannot run a service: none is named, as in: run SERVICE",
    );
  }
  const written = await loadConfig(flags.config);
  requireServices(written, [name]);
  const running = await listIfRunning(written.path);
  const isBeside =
    running?.some((each) =>
      each.name === specOf(written, name).name && each.pid !== undefined
    ) ?? false;
  const config = isBeside
    ? await loadConfig(written.path, { beside: serviceOf(written, name)! })
    : written;
  const spec = specOf(config, name);
  const hints = [
    dependencyHint(spec, config, running),
    ...isBeside ? [placeHint(specOf(written, name), spec)] : [],
  ];
  for (const hint of hints) if (hint !== undefined) log(`${name}: ${hint}`);
  const isTerminal = Deno.stdin.isTerminal();
  const relay = createRelay();
  using signals = new DisposableStack();
  const started = await startInForeground(withArgs(spec, args), {
    input: isTerminal ? terminalInput() : "inherit",
    token: await findToken(config.path) ?? createToken(),
    modules: createModuleGuard(() => config),
    isBeside,
    onStarting: () => void signals.use(passSignals(relay, { isTerminal })),
    onNote: (words) => log(`${name}: ${words}`),
    onStderr: writeToStderr,
  });
  relay.attach(started);
  using _parent = watchTaskRunner(() => started.stop());
  return await started.ended;
}

/** Returns what becomes of a terminal that we read. */
function terminalInput(): "inherit" | "null" | "terminal" {
  switch (terminalPlace()) {
    case "foreground":
      // In a pipeline, others need it as well.
      return Deno.stdout.isTerminal() ? "terminal" : "inherit";
    case "background":
      return "null";
    case "unknown":
      return "inherit";
  }
}

/** Returns the process that a name stands for: of several replicas, the first. */
function specOf(config: Config, name: string): ServiceSpec {
  const specs = config.services.get(serviceOf(config, name) ?? name) ?? [];
  const spec = specs.find((each) => each.name === name) ?? specs[0];
  if (!spec) throw new Failure(`Cannot run "${name}": it has no process`);
  return spec;
}

/** Puts more arguments behind those of the config. */
function withArgs(spec: ServiceSpec, args: readonly string[]): ServiceSpec {
  const { runs } = spec;
  return { ...spec, runs: { ...runs, args: [...runs.args, ...args] } };
}

function isUp({ status }: ServiceSnapshot): boolean {
  return status !== "exited" && status !== "failed";
}

/** Says which of those that a service needs do not run; undefined for none. */
function dependencyHint(
  { dependsOn }: ServiceSpec,
  config: Config,
  running: readonly ServiceSnapshot[] | undefined,
): string | undefined {
  const missing = dependsOn
    // What has to have ended well is no server that could be called.
    .filter(({ condition }) => condition !== "service_completed_successfully")
    .map(({ service }) => service)
    .filter((service) =>
      !running?.some((each) => each.service === service && isUp(each))
    );
  if (missing.length === 0) return undefined;
  const verb = running === undefined ? "supervise" : "start";
  return `depends on ${missing.join(", ")}, which ${
    missing.length === 1 ? "does" : "do"
  } not run; start with: ${
    taskFor(`${verb} ${missing.join(" ")}`, config.path)
  }`;
}

/** Says that a service cannot listen where it does so already. */
function placeHint(
  there: ServiceSpec,
  { port, socket }: ServiceSpec,
): string | undefined {
  const isTaken = socket !== undefined ||
    port !== undefined && port === there.port;
  return isTaken
    ? `runs already, at ${
      addressOf(there)
    }, where this one cannot listen; with port: auto each has a port of its own`
    : undefined;
}

/** Writes everything; where nobody reads any more, nothing. */
async function writeToStderr(bytes: Uint8Array): Promise<void> {
  try {
    for (let start = 0; start < bytes.length;) {
      start += await Deno.stderr.write(bytes.subarray(start));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
