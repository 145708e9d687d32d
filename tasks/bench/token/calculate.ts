/**
 * What a call costs: a calculator server and its caller, each a process of its
 * own, as under the supervisor.
 *
 * @module
 */

import { CalculatorService } from "../../../proto/calculator/contract.ts";
import {
  buildEnvironment,
  type Environment,
} from "../../../runtime/process/environment.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { readStat } from "../../../runtime/process/process_group.ts";
import { aborted } from "../../../runtime/program/abort.ts";
import { Failure } from "../../../runtime/program/errors.ts";
import {
  RUN_VARIABLE_PATTERN,
  RUN_VARIABLES,
} from "../../../runtime/program/run_variables.ts";
import { type Server, startServer } from "../broker/broker_under_test.ts";
import { type Said, startProgram } from "../program_under_test.ts";
import { type CallerFigures, QUESTION, WARM } from "./caller.ts";
import type { Figures } from "./pairs.ts";
import type { TokenSizes } from "./plan.ts";
import { requireRefusal } from "./refusal.ts";

/** What measuring calls takes. */
export interface CallsContext {
  guardian: Guardian;
  /** Where the server registers. Has no token, so that it suits both sides. */
  broker: Server;
  stop: AbortSignal;
}

/** A clock tick of Linux, in microseconds. */
const TICK_MICROS = 10_000;

/**
 * Measures the calls of one side.
 *
 * @param token "" for none.
 * @throws {Failure} If a process ends, or the token is not asked for.
 */
export async function measureCalls(
  token: string,
  { calls, inFlightCalls }: Pick<TokenSizes, "calls" | "inFlightCalls">,
  { guardian, broker, stop }: CallsContext,
): Promise<Figures> {
  const env = environmentWith(token);
  await using server = await startServer(guardian, "calculator/server.ts", {
    args: [`--broker=${broker.address}`],
    net: [broker.address],
    env,
  });
  const { address } = server;
  if (token) {
    await requireRefusal(
      address,
      (stranger) => stranger.unary(CalculatorService.Calculate, QUESTION),
    );
  }
  await using caller = startProgram(guardian, {
    script: "tasks/bench/token/caller.ts",
    args: [
      `--address=${address}`,
      `--calls=${calls}`,
      `--in-flight-calls=${inFlightCalls}`,
    ],
    permissions: { net: [address], env: [RUN_VARIABLE_PATTERN] },
    env,
  }, 0);
  const said = async (pattern: RegExp): Promise<Said> => {
    const line = await Promise.race([caller.said(pattern), aborted(stop)]);
    if (line) return line;
    throw stop.reason;
  };
  await said(new RegExp(`^${WARM}$`));
  const before = await cpuMicros([server.pid, caller.pid]);
  const { line } = await said(/^\{.*\}$/);
  const after = await cpuMicros([server.pid, caller.pid]);
  const figures: CallerFigures = JSON.parse(line);
  return { ...figures, cpuMicrosPerCall: (after - before) / inFlightCalls };
}

/** The variables of a process that has this token, or for "" none. */
function environmentWith(token: string): Environment {
  return buildEnvironment(Deno.env.toObject(), {
    set: { [RUN_VARIABLES.token]: token },
  });
}

/** The CPU time that processes have used so far, together. */
async function cpuMicros(pids: readonly number[]): Promise<number> {
  let ticks = 0;
  for (const pid of pids) {
    const stat = await readStat(pid);
    if (!stat) throw new Failure(`Cannot measure: process ${pid} has ended`);
    ticks += stat.cpuTicks;
  }
  return ticks * TICK_MICROS;
}
