/**
 * A client that calls the calculator at a steady rate, whatever becomes of it.
 *
 * Calls are made when they are due, whether those before them have been answered
 * or not: what makes one wait makes all wait that come meanwhile, and counts.
 *
 * @module
 */

import { connectCalculator } from "../../../calculator/calculator.ts";

/** How the calls of some time have gone. */
export interface CallFigures {
  /** Those that were answered. */
  answered: number;
  failed: number;
  /** What those failed with, each reason once, a few at most. */
  reasons: string[];
  /** The longest time from a call to its answer, in milliseconds. */
  slowestMs: number;
  /** The longest time between two answers, in milliseconds. */
  longestGapMs: number;
  /** The longest time for which the client itself did not run, in milliseconds. */
  pausedMs: number;
}

/** A client that goes on until it is disposed of. */
export interface SteadyCalls extends AsyncDisposable {
  /** Calls that were answered since the last lap. */
  readonly answered: number;
  /** How calls have gone since the last lap, which ends with this. */
  lap(): CallFigures;
}

/** Most reasons that are kept of one lap. */
const MAX_REASONS = 5;

/** Time between two looks at what is due, in milliseconds. */
const TICK_MS = 5;

/** Calls until it is disposed of. @param brokers As `--broker` takes them. */
export function callSteadily(brokers: string, perSecond = 200): SteadyCalls {
  const calculator = connectCalculator(brokers);
  const pending = new Set<Promise<void>>();
  const startedMs = performance.now();
  let tickedMs = startedMs;
  let made = 0;
  let lastMs: number | undefined;
  let lap = noFigures();
  const call = async () => {
    const calledMs = performance.now();
    try {
      await calculator.calculate({
        operand1: 6,
        operand2: 7,
        operation: "OPERATION_MULTIPLY",
      });
      const nowMs = performance.now();
      const gapMs = nowMs - (lastMs ?? nowMs);
      lap.longestGapMs = Math.max(lap.longestGapMs, gapMs);
      lap.slowestMs = Math.max(lap.slowestMs, nowMs - calledMs);
      lap.answered++;
      lastMs = nowMs;
    } catch (error) {
      const reason = String(error);
      lap.failed++;
      if (lap.reasons.length < MAX_REASONS && !lap.reasons.includes(reason)) {
        lap.reasons.push(reason);
      }
    }
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    lap.pausedMs = Math.max(lap.pausedMs, nowMs - tickedMs - TICK_MS);
    tickedMs = nowMs;
    const due = (nowMs - startedMs) * perSecond / 1_000;
    for (; made < due; made++) {
      const each = call().finally(() => pending.delete(each));
      pending.add(each);
    }
  }, TICK_MS);
  return {
    get answered() {
      return lap.answered;
    },
    lap() {
      const over = lap;
      lap = noFigures();
      return over;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all(pending);
      calculator.close();
    },
  };
}

function noFigures(): CallFigures {
  return {
    answered: 0,
    failed: 0,
    reasons: [],
    slowestMs: 0,
    longestGapMs: 0,
    pausedMs: 0,
  };
}
