/**
 * The `calculate` command: one calculation, by a server that the broker knows.
 *
 * @module
 */

import { listServices } from "../broker/client.ts";
import { connectCalculator, type Question } from "../calculator/calculator.ts";
import { formatAnswer, formatNumber } from "../calculator/format.ts";
import { operationOf, spellings, symbolOf } from "../calculator/operations.ts";
import { CALCULATOR_SERVICE } from "../proto/calculator/contract.ts";
import { commandFor } from "../runtime/program/command_name.ts";
import { Failure, Fault, UsageError } from "../runtime/program/errors.ts";
import { readFlags, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { isNobodyThere } from "../runtime/rpc/status.ts";
import { brokerProblem } from "./control/broker_problem.ts";
import { runConfig } from "./control/flags.ts";
import { showToken } from "./control/owners_token.ts";
import { showCertificate } from "./control/own_certificate.ts";
import { TLS_FLAGS } from "../runtime/program/tls_files.ts";
import { brokerAddress, brokerOf } from "./control/service_address.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const calculateFlags = {
  broker: brokerAddress,
  config: runConfig,
  ...TLS_FLAGS,
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments, for example `["6", "x", "7"]`.
 * @throws {UsageError} If they are not a calculation.
 * @throws {Failure} If no broker or no server answers.
 * @throws {Fault} If the server refuses the calculation.
 */
export async function calculate(argv: string[]): Promise<void> {
  // A number may begin with "-", which readFlags takes for a flag.
  const isFlag = (word: string) => word.startsWith("--");
  const { flags } = readFlags(argv.filter(isFlag), calculateFlags);
  const { config, help } = flags;
  if (help) {
    return printHelp(
      "calculate NUMBER OPERATION NUMBER [flags]",
      `Does one calculation, as in: calculate 6 x 7. Operations: ${spellings()}.`,
      calculateFlags,
    );
  }
  const words = argv.filter((word) => !isFlag(word));
  const question = readQuestion(words);
  await showToken(config);
  await showCertificate(flags, config);
  const broker = await brokerOf(flags.broker, config);
  const calculator = connectCalculator(broker);
  try {
    print(formatAnswer(await calculator.calculate(question)));
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "unavailable") throw error;
    throw await noAnswer(question, broker, error);
  }
}

/**
 * Reads a calculation.
 *
 * @param words Two numbers and what stands between them, in any division.
 * @throws {UsageError} Saying what is wrong.
 */
export function readQuestion(words: readonly string[]): Question {
  const text = words.join(" ").trim();
  const parts = text.split(/\s+/);
  if (parts.length !== 3) {
    throw new UsageError(
      `Cannot calculate "${
        shorten(text)
      }": expected two numbers and an operation, as in: 6 x 7${
        parts.length > 3 ? ' (a "*" has to be quoted)' : ""
      }`,
    );
  }
  const [left, sign, right] = parts as [string, string, string];
  const operation = operationOf(sign);
  if (!operation) {
    throw new UsageError(
      `Cannot calculate "${shorten(text)}": "${
        shorten(sign)
      }" is none of ${spellings()}`,
    );
  }
  return {
    operand1: readNumber(left),
    operand2: readNumber(right),
    operation,
  };
}

function readNumber(text: string): number {
  const number = Number(text);
  const isPlain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  if (isPlain && Number.isFinite(number)) return number;
  throw new UsageError(
    `Cannot calculate with "${shorten(text)}": it is not a ${
      isPlain ? "number that a double holds" : "number"
    }`,
  );
}

/** Says what is missing, and what starts it. */
async function noAnswer(
  { operand1, operand2, operation }: Question,
  broker: string,
  cause: Fault,
): Promise<Failure> {
  const what = `Cannot calculate ${formatNumber(operand1)} ${
    symbolOf(operation)
  } ${formatNumber(operand2)}`;
  const fail = (reason: string, isAbsent: boolean) =>
    new Failure(
      `${what}: ${reason}${
        isAbsent ? `; "${commandFor("supervise")}" starts what is needed` : ""
      }`,
      1,
      { cause },
    );
  // Who has just been asked in vain does not say why a second time.
  const known = brokerProblem(broker, cause);
  if (known.isBroker && !known.isAbsent) return fail(known.reason, false);
  let entries;
  try {
    entries = await listServices(broker);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { isAbsent, reason } = brokerProblem(broker, error);
    return fail(reason, isAbsent);
  }
  return entries.some(({ service }) => service === CALCULATOR_SERVICE)
    ? fail(cause.message, isNobodyThere(cause))
    : fail(
      `no calculator server is registered with the broker at ${broker}`,
      true,
    );
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
