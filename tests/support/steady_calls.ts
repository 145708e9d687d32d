/**
 * A client that calls the calculator at a steady rate, whatever becomes of it.
 *
 * @module
 */

import { connectCalculator } from "../../calculator/calculator.ts";

/** How its calls have gone. */
export interface SteadyCalls extends AsyncDisposable {
  /** Calls that were answered. */
  readonly answered: number;
  /** What each of the others failed with. */
  readonly failures: string[];
  /** The longest time from a call to its answer, in milliseconds. */
  readonly slowestMs: number;
  /** The longest time between two answers, in milliseconds. */
  readonly longestGapMs: number;
}

/** Calls until it is disposed of. @param brokers As `--broker` takes them. */
export function callSteadily(brokers: string, perSecond = 200): SteadyCalls {
  const calculator = connectCalculator(brokers);
  const failures: string[] = [];
  const pending = new Set<Promise<void>>();
  let answered = 0;
  let slowestMs = 0;
  let longestGapMs = 0;
  let lastMs = performance.now();
  const call = async () => {
    const startedMs = performance.now();
    try {
      await calculator.calculate({
        operand1: 6,
        operand2: 7,
        operation: "OPERATION_MULTIPLY",
      });
      const nowMs = performance.now();
      if (answered > 0) longestGapMs = Math.max(longestGapMs, nowMs - lastMs);
      lastMs = nowMs;
      slowestMs = Math.max(slowestMs, nowMs - startedMs);
      answered++;
    } catch (error) {
      failures.push(String(error));
    }
  };
  const timer = setInterval(() => {
    const each = call().finally(() => pending.delete(each));
    pending.add(each);
  }, 1_000 / perSecond);
  return {
    get answered() {
      return answered;
    },
    failures,
    get slowestMs() {
      return slowestMs;
    },
    get longestGapMs() {
      return longestGapMs;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all(pending);
      calculator.close();
    },
  };
}
