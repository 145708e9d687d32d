/**
 * The `wait` command: returns once services are healthy, whoever has started
 * them. Changes nothing.
 *
 * @module
 */

import { pause } from "../runtime/program/abort.ts";
import { Failure, Fault } from "../runtime/program/errors.ts";
import { duration, readFlags } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { shortPath } from "../runtime/program/paths.ts";
import {
  requireServices,
  stateDirOf,
  taskFor,
} from "../supervisor/config/config.ts";
import { loadConfig } from "../supervisor/config/load_config.ts";
import {
  connectControl,
  isClaimed,
  type WaitOutcome,
} from "../supervisor/control/client.ts";
import { openEventReader } from "../supervisor/events/event_reader.ts";
import { ANY_NUMBER, CONTROL_FLAGS } from "./control/flags.ts";
import { printServices } from "./control/service_report.ts";
import { tellingTrouble } from "./control/trouble.ts";
import { describeEnd, describeLate, measured } from "./control/wait_report.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const waitFlags = {
  ...CONTROL_FLAGS,
  timeout: duration("how long to wait", "60s"),
};

/** How often it is looked whether a supervisor runs, in milliseconds. */
const LOOK_MS = 100;

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and services or replicas (none: all that are
 * to run).
 * @throws {UsageError} If a flag, a name or the config is wrong.
 * @throws {Failure} If they are not healthy in time, or never will be.
 */
export async function wait(argv: string[]): Promise<void> {
  const { flags, words } = readFlags(argv, waitFlags, { maxWords: ANY_NUMBER });
  if (flags.help) {
    return printHelp(
      "wait [flags] [service ...]",
      "Waits until services are healthy, also of a system that is yet to start.",
      waitFlags,
    );
  }
  const deadline = performance.now() + flags.timeout;
  const stateDir = stateDirOf(flags.config);
  await untilClaimed(stateDir, flags.config, { words, deadline });
  const control = await connectControl(flags.config, { waitForReady: true });
  const leftMs = Math.max(1, Math.ceil(deadline - performance.now()));
  let outcome: WaitOutcome;
  try {
    outcome = await tellingTrouble(
      control,
      words,
      control.wait(words, { waitMs: leftMs }),
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Failure(
      await whyGone(stateDir, flags.config) ?? error.message,
      1,
      {
        cause: error,
      },
    );
  }
  if (outcome.late.length > 0) {
    throw new Failure(
      outcome.failed
        ? notReady("Not all is healthy", outcome, flags.config)
        : await whyGone(stateDir, flags.config) ??
          notReady("Not all is healthy yet", outcome, flags.config),
    );
  }
  const services = await measured(control, outcome.services);
  await printServices(services, flags);
}

/** Waits for a supervisor of a config. @throws {Failure} If none comes. */
async function untilClaimed(
  stateDir: string,
  config: string,
  { words, deadline }: { words: readonly string[]; deadline: number },
): Promise<void> {
  for (let isFirst = true; !await isClaimed(stateDir); isFirst = false) {
    // Nobody can start what is wrong.
    if (isFirst) requireServices(await loadConfig(config), words);
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) {
      throw new Failure(
        `No supervisor runs "${shortPath(config)}"; start one with "${
          taskFor("supervise", config)
        }"`,
      );
    }
    if (isFirst) log(`Waiting for a supervisor of "${shortPath(config)}"`);
    await pause(Math.min(LOOK_MS, leftMs));
  }
}

/** Says why the supervisor is not there any more; undefined if it is. */
async function whyGone(
  stateDir: string,
  config: string,
): Promise<string | undefined> {
  using reader = openEventReader(stateDir);
  const last = (await reader.readNew())
    .findLast(({ type }) =>
      type === "supervisor_started" || type === "supervisor_stopping"
    );
  if (last?.type === "supervisor_stopping") {
    return `The supervisor of "${shortPath(config)}" ${
      describeEnd(last.message)
    }`;
  }
  return await isClaimed(stateDir)
    ? undefined
    : `The supervisor of "${shortPath(config)}" was killed`;
}

function notReady(
  head: string,
  outcome: WaitOutcome,
  config: string,
): string {
  const lines = describeLate(outcome).map((line) => `  ${line}`);
  const stopped = outcome.services.filter(({ name, status }) =>
    status === "exited" && outcome.late.includes(name)
  );
  const hint = stopped.length > 0 && !outcome.failed
    ? [
      `Start what was stopped with "${
        taskFor(`start ${stopped.map(({ name }) => name).join(" ")}`, config)
      }"`,
    ]
    : [];
  return [`${head}:`, ...lines, ...hint].join("\n");
}
