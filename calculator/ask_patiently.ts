/**
 * Asks the calculator until there is an answer.
 *
 * client.ts asks this way; a command that a person waits for does not.
 *
 * @module
 */

import { Fault, type FaultCode, log, pause } from "denizen";
import type { Calculator, Question } from "./calculator.ts";
import type { Answer } from "./format.ts";

/** Options for {@linkcode askPatiently}. */
export interface AskOptions {
  /** Ends the asking when it aborts. */
  signal: AbortSignal;
  /** Longest time for one try, in milliseconds. @default {2000} */
  deadlineMs?: number;
  /** Time between two tries, in milliseconds. @default {100} */
  retryMs?: number;
  /** Told once when there is no answer, and once when there is again. @default {log} */
  report?: (line: string) => void;
}

/** Faults that pass: a server or the broker is away, has died, or hangs. */
const PASSING: ReadonlySet<FaultCode> = new Set([
  "unavailable",
  "timed_out",
  "cancelled",
]);

/**
 * Asks until there is an answer.
 *
 * @returns The answer; undefined if `signal` aborted before there was one.
 * @throws {Fault} If the question itself is refused.
 */
export async function askPatiently(
  { calculate }: Pick<Calculator, "calculate">,
  question: Question,
  { signal, deadlineMs = 2_000, retryMs = 100, report = log }: AskOptions,
): Promise<Answer | undefined> {
  const askedMs = performance.now();
  let failures = 0;
  while (!signal.aborted) {
    try {
      const waitForReady = failures > 1;
      const answer = await calculate(question, {
        signal,
        deadlineMs,
        waitForReady,
      });
      // Whoever asked has waited for the lost tries too.
      const elapsedMs = performance.now() - askedMs;
      if (failures > 1) {
        report(`Calculating again after ${(elapsedMs / 1_000).toFixed(1)} s`);
      }
      return { ...answer, elapsedMs };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof Fault) || !PASSING.has(error.code)) throw error;
      failures++;
      // One lost call is no outage: the next may go to another server.
      if (failures === 2) {
        report(`Waiting for a calculator server: ${error.message}`);
      }
      if (failures > 1) await pause(retryMs, signal);
    }
  }
  return undefined;
}
