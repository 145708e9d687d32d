/**
 * How long a calculation takes, and how many are carried out in a second, for
 * a client that finds the calculator through the broker.
 *
 * @module
 */

import { connectCalculator } from "../../../calculator/calculator.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import { IN_FLIGHT } from "../time_calls.ts";
import { startBroker, startServer } from "./broker_under_test.ts";
import { timeCalls } from "./calls.ts";
import type { Figures } from "./figures.ts";

/** Calculates one after the other, then many at a time; all on one server. */
export async function measureCalculations(
  guardian: Guardian,
  { calculations, inFlightCalculations }: {
    calculations: number;
    inFlightCalculations: number;
  },
): Promise<Pick<Figures, "calculate" | "calculate64">> {
  log(
    `Calculating ${calculations} times in sequence, ${inFlightCalculations} times with ${IN_FLIGHT} in flight`,
  );
  await using broker = await startBroker(guardian);
  const { address } = broker;
  await using _server = await startServer(
    guardian,
    "calculator/server.ts",
    { args: [`--broker=${address}`], net: [address] },
  );
  const calculator = connectCalculator(address);
  const calculate = () =>
    calculator.calculate({
      operand1: 6,
      operand2: 7,
      operation: "OPERATION_MULTIPLY",
    }, { waitForReady: true });
  const { inSequence, inFlight } = await timeCalls(calculate, {
    inSequence: calculations,
    inFlight: inFlightCalculations,
  });
  calculator.close();
  return { calculate: inSequence, calculate64: inFlight };
}
