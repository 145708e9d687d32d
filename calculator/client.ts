/**
 * Runs a calculator client as a process: one calculation after the other.
 *
 *   deno run --allow-net=127.0.0.1:50051,127.0.0.1:5555 --ignore-env calculator/client.ts
 *
 * Prints each answer to standard output. When no server answers it says so
 * once, waits, asks the same again and goes on.
 *
 * @module
 */

import {
  addresses,
  duration,
  integer,
  pause,
  print,
  runProgram,
  TLS_FLAGS,
  toggle,
  useTls,
} from "denizen";
import { DEFAULT_BROKER } from "denizen/broker";
import { askPatiently } from "./ask_patiently.ts";
import { connectCalculator, type Question } from "./calculator.ts";
import { formatAnswer } from "./format.ts";
import { OPERATIONS } from "./operations.ts";

/** The flags of the client. */
export const clientFlags = {
  broker: addresses("the broker, or several with commas", DEFAULT_BROKER),
  once: toggle("calculate once; the same as --count=1"),
  count: integer("calculations; without it there is no end", undefined, {
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  }),
  interval: duration("time between calculations", "1s"),
  ...TLS_FLAGS,
};

/** Makes up a calculation; never a division by zero. */
function randomQuestion(): Question {
  const upTo = (end: number) => Math.floor(Math.random() * end);
  return {
    operand1: 1 + upTo(99),
    operand2: 1 + upTo(99),
    operation: OPERATIONS[upTo(OPERATIONS.length)]!,
  };
}

if (import.meta.main) {
  await runProgram({
    name: "calculator/client.ts",
    summary: "Asks calculator servers for made-up calculations.",
    flags: clientFlags,
  }, async (flags, signal) => {
    const { broker, once, count, interval } = flags;
    useTls(flags);
    const calculator = connectCalculator(broker);
    const wanted = once ? 1 : count ?? Infinity;
    for (let done = 0; done < wanted && !signal.aborted; done++) {
      if (done > 0) await pause(interval, signal);
      if (signal.aborted) break;
      const answer = await askPatiently(calculator, randomQuestion(), {
        signal,
      });
      if (answer) print(formatAnswer(answer));
    }
  });
}
