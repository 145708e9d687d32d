/**
 * How long a calculation takes, and how many are carried out in a second, for
 * a client that finds the calculator through the broker.
 *
 * @module
 */

import { connectCalculator } from "../../../calculator/calculator.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import { IN_FLIGHT, ratePerSecond, timeInSequence } from "../time_calls.ts";
import { startBroker, startServer } from "./broker_under_test.ts";
import { type Figures, summary } from "./figures.ts";

/** Calculates one after the other, then many at a time; all on one server. */
export async function measureCalculations(
  guardian: Guardian,
  { calculations, inFlightCalculations }: {
    calculations: number;
    inFlightCalculations: number;
  },
): Promise<Pick<Figures, "calculate" | "calculate64">> {
  log(`Calculating ${calculations} times in sequence`);
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
  const times = await timeInSequence(calculate, calculations);

  log(`Calculating ${inFlightCalculations} times, ${IN_FLIGHT} in flight`);
  await ratePerSecond(calculate, inFlightCalculations / 5);
  const perSecond = await ratePerSecond(calculate, inFlightCalculations);
  calculator.close();
  return {
    calculate: summary(times),
    calculate64: { count: inFlightCalculations, perSecond },
  };
}
