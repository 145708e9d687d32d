import {
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
  assertMatch,
  assertRejects,
} from "@std/assert";
import { askPatiently } from "../../calculator/ask_patiently.ts";
import type { Calculator } from "../../calculator/calculator.ts";
import type { Answer } from "../../calculator/format.ts";
import { Fault, type FaultCode } from "../../runtime/program/errors.ts";

const QUESTION = {
  operand1: 6,
  operand2: 7,
  operation: "OPERATION_MULTIPLY",
} as const;

const ANSWER: Omit<Answer, "elapsedMs"> = {
  ...QUESTION,
  result: 42,
  address: "127.0.0.1:5555",
};

/** An answer without its time, which is of each run. */
function withoutTime(answer: Answer | undefined) {
  if (answer === undefined) return undefined;
  const { elapsedMs: _, ...rest } = answer;
  return rest;
}

/** A calculator that fails with each of `codes` before it answers. */
function calculatorFailing(...codes: FaultCode[]) {
  const waits: (boolean | undefined)[] = [];
  return {
    waits,
    calculate: ((_question, options) => {
      waits.push(options?.waitForReady);
      const code = codes.shift();
      return code
        ? Promise.reject(new Fault(code, `it is ${code}`))
        : Promise.resolve({ ...ANSWER, elapsedMs: 0 });
    }) satisfies Calculator["calculate"],
  };
}

function listener() {
  const lines: string[] = [];
  return {
    lines,
    options: {
      signal: new AbortController().signal,
      retryMs: 0,
      report: (line: string) => void lines.push(line),
    },
  };
}

Deno.test("askPatiently() says nothing when there is an answer at once", async () => {
  const { lines, options } = listener();

  const answer = await askPatiently(calculatorFailing(), QUESTION, options);

  assertEquals(withoutTime(answer), ANSWER);
  assertEquals(lines, []);
});

Deno.test("askPatiently() says once that it waits, and once that it goes on", async () => {
  const { lines, options } = listener();
  const calculator = calculatorFailing(
    "unavailable",
    "timed_out",
    "unavailable",
    "cancelled",
  );

  const answer = await askPatiently(calculator, QUESTION, options);

  assertEquals(withoutTime(answer), ANSWER);
  assertEquals(lines[0], "Waiting for a calculator server: it is timed_out");
  assertMatch(lines[1] ?? "", /^Calculating again after \d+\.\d s$/);
  assertEquals(lines.length, 2);
  assertEquals(calculator.waits, [false, false, true, true, true]);
});

Deno.test("askPatiently() asks again without a word when one call is lost", async () => {
  const { lines, options } = listener();

  const answer = await askPatiently(
    calculatorFailing("unavailable"),
    QUESTION,
    options,
  );

  assertEquals(withoutTime(answer), ANSWER);
  assertEquals(lines, []);
});

Deno.test("askPatiently() counts the lost tries into the time of the answer", async () => {
  const { lines, options } = listener();
  const lostMs = 100;
  const first = Promise.withResolvers<Answer>();
  let tries = 0;
  const calculate: Calculator["calculate"] = () =>
    [
      () => first.promise,
      () => Promise.reject(new Fault("unavailable", "it is away")),
      () => Promise.resolve({ ...ANSWER, elapsedMs: 0 }),
    ][tries++]!();
  const startedMs = performance.now();
  setTimeout(
    () => first.reject(new Fault("timed_out", "it was frozen")),
    lostMs,
  );

  const answer = await askPatiently({ calculate }, QUESTION, options);
  const waitedMs = performance.now() - startedMs;

  // A timer may fire a little early by the other clock.
  assertGreaterOrEqual(answer!.elapsedMs, lostMs - 2);
  assertLessOrEqual(answer!.elapsedMs, waitedMs);
  // What is told of the outage is as long as what is told of the answer.
  const told = (answer!.elapsedMs / 1_000).toFixed(1);
  assertEquals(lines[1], `Calculating again after ${told} s`);
});

Deno.test("askPatiently() does not repeat what can never succeed", async () => {
  const { lines, options } = listener();

  const fault = await assertRejects(
    () => askPatiently(calculatorFailing("invalid"), QUESTION, options),
    Fault,
  );

  assertEquals(fault.code, "invalid");
  assertEquals(lines, []);
});

Deno.test("askPatiently() ends without an answer when it is told to", async () => {
  const stop = new AbortController();
  const { options } = listener();
  const calculate: Calculator["calculate"] = () => {
    stop.abort();
    return Promise.reject(new Fault("cancelled", "it was cancelled"));
  };

  const answer = await askPatiently({ calculate }, QUESTION, {
    ...options,
    signal: stop.signal,
  });

  assertEquals(answer, undefined);
});
