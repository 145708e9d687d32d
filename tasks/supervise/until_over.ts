/**
 * When supervising ends, and with which exit code.
 *
 * @module
 */

import { aborted } from "../../runtime/program/abort.ts";
import { Failure } from "../../runtime/program/errors.ts";
import {
  type Interrupts,
  TERMINATED,
} from "../../runtime/program/interrupts.ts";
import type { Outcome, Supervisor } from "../../supervisor/supervisor.ts";
import { type End, type EndConditions, untilMet } from "./end_conditions.ts";

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
    untilMet(supervisor, conditions, over.signal),
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
