/**
 * Calls a calculator server and says how long that took, as one line of JSON:
 *
 *   deno run <permissions> tasks/bench/token/caller.ts --address=127.0.0.1:5555
 *
 * Then it stays until it is told to stop: its CPU time is read from outside.
 *
 * @module
 */

import { CalculatorService } from "../../../proto/calculator/contract.ts";
import { aborted } from "../../../runtime/program/abort.ts";
import { address, integer } from "../../../runtime/program/flags.ts";
import { log, print } from "../../../runtime/program/log.ts";
import { runProgram } from "../../../runtime/program/program.ts";
import { connect } from "../../../runtime/rpc/connect.ts";
import { round } from "../broker/figures.ts";
import { ratePerSecond, timeInSequence } from "../time_calls.ts";
import type { Figures } from "./pairs.ts";
import { RECORD } from "./plan.ts";

/** Said when all is warm, before the calls whose CPU time counts. */
export const WARM = "Warm";

/** What is asked, again and again. */
export const QUESTION = {
  operand1: 6,
  operand2: 7,
  operation: "OPERATION_MULTIPLY",
} as const;

/** What the line of JSON holds. */
export type CallerFigures = Required<
  Pick<Figures, "p50Ms" | "callsPerSecond">
>;

const AT_LEAST_ONE = { min: 1, max: 1_000_000_000 };

const FLAGS = {
  address: address("the calculator server", "127.0.0.1:5555"),
  calls: integer("calls one after the other", RECORD.calls, AT_LEAST_ONE),
  "in-flight-calls": integer(
    "calls with many open at a time",
    RECORD.inFlightCalls,
    AT_LEAST_ONE,
  ),
};

if (import.meta.main) {
  await runProgram({
    name: "tasks/bench/token/caller.ts",
    summary: "Calls a calculator server and says how long that took.",
    flags: FLAGS,
  }, async (flags, signal) => {
    const server = connect(flags.address, { name: "the calculator server" });
    const call = () => server.unary(CalculatorService.Calculate, QUESTION);
    const times = await timeInSequence(call, flags.calls);
    await ratePerSecond(call, flags["in-flight-calls"] / 5);
    log(WARM);
    const callsPerSecond = await ratePerSecond(call, flags["in-flight-calls"]);
    const figures: CallerFigures = {
      p50Ms: round(times.percentileMs(50)),
      callsPerSecond,
    };
    print(JSON.stringify(figures));
    await aborted(signal);
  });
}
