/**
 * The `pipeline swap` command: exchanges the processes of a stage of a run that
 * goes on.
 *
 * @module
 */

import { runAddress } from "../../orchestrator/run_address.ts";
import { readSwap } from "../../orchestrator/swap_flag.ts";
import { describeSwap } from "../../orchestrator/swaps.ts";
import type { WorkerName } from "../../orchestrator/workers.ts";
import { RunService } from "../../proto/pipeline/run_contract.ts";
import { connectToRun } from "../../runtime/control/run_connection.ts";
import { Failure, Fault, UsageError } from "../../runtime/program/errors.ts";
import { readFlags, text, toggle } from "../../runtime/program/flags.ts";
import { print } from "../../runtime/program/log.ts";
import { printHelp } from "../terminal/help.ts";
import { findRun } from "./run_place.ts";

/** The flags of the command. */
export const swapFlags = {
  state: text(
    "FOLDER",
    "that of the run's state (default: the one run that was started from here)",
  ),
  help: toggle("print this"),
};

/** A new process may take 20 s to come up, and an old one 3 s to end. */
const ANSWER_MS = 60_000;

/**
 * Runs the command.
 *
 * @throws {UsageError} If there is no such stage or variant, or several runs.
 * @throws {Failure} If no run goes on, or the stage cannot be exchanged.
 */
export async function swap(argv: string[]): Promise<void> {
  const { flags, words } = readFlags(argv, swapFlags, { maxWords: 1 });
  if (flags.help) {
    return printHelp(
      "pipeline swap STAGE[=VARIANT] [flags]",
      "Exchanges the processes of a stage while the run goes on.",
      swapFlags,
    );
  }
  const [word] = words;
  if (word === undefined) {
    throw new UsageError(
      "Cannot swap: name a stage, as in pipeline swap parse=rust",
    );
  }
  const { stage, variant = "" } = swapOf(word);
  const folder = await findRun(flags.state);
  const run = connectToRun(await runAddress(folder), folder, "the pipeline");
  const { processes, event } = await refusedInWords(
    run.unary(RunService.Swap, { stage, variant }, { deadlineMs: ANSWER_MS }),
  );
  print(describeSwap({
    stage,
    variant: processes[0]?.variant || undefined,
    processes: processes.map(({ name, pid, address }) => ({
      name: name as WorkerName,
      pid,
      address,
    })),
    event,
  }));
}

function swapOf(word: string) {
  try {
    return readSwap(word);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`Cannot swap "${word}": ${error.message}`);
  }
}

/** Tells what cannot be as if it had been found out here. */
async function refusedInWords<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code, message } = error;
    if (code === "invalid") throw new UsageError(message, { cause: error });
    throw new Failure(
      code === "unavailable" ? "The run ended before it was done" : message,
      1,
      { cause: error },
    );
  }
}
