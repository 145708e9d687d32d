/**
 * Writes a process's log: one line an event, to standard error, so that
 * standard output stays free for results.
 *
 * Whatever names and reasons of others are in it, no line can move the cursor or
 * hide anything: visible_text.ts. Adds no name and no time. Whoever runs several processes puts the service's
 * name before each line.
 *
 * @module
 */

import { Failure } from "./errors.ts";
import { quantity } from "./numbers.ts";
import { describeSystemError, isSystemError } from "./system_error.ts";
import { visible } from "./visible_text.ts";

const encoder = new TextEncoder();

/**
 * Writes one line. Line ends within `message` become spaces.
 *
 * @example
 * ```ts
 * import { log } from "denizen";
 *
 * log("Serving on 127.0.0.1:5555");
 * ```
 */
export function log(message: string): void {
  writeLog(`${message.replaceAll(/\s*\n\s*/g, " ")}\n`);
}

/**
 * Writes an unexpected error with its stack, which is for the developer; what
 * the system has refused in one line, which is for the user.
 */
export function logDefect(doing: string, error: unknown): void {
  if (isSystemError(error)) {
    return log(`Failed while ${doing}: ${describeSystemError(error)}`);
  }
  const detail = error instanceof Error ? error.stack : String(error);
  writeLog(`Defect while ${doing}: ${detail}\n`);
}

/**
 * Writes a result to standard output, and the end of its line.
 *
 * @example
 * ```ts
 * import { print } from "denizen";
 *
 * print(JSON.stringify({ result: 42 }));
 * ```
 *
 * @throws {Deno.errors.BrokenPipe} If nobody reads it any more.
 * @throws {Failure} If it cannot be written, as on a full disk.
 */
export function print(text: string): void {
  const shown = visible(text);
  if (resultTaker) return resultTaker(shown);
  try {
    writeAll(Deno.stdout, `${shown}\n`);
  } catch (error) {
    throw asPrintFailure(error);
  }
}

/** Says in plain words that a result cannot be written to standard output. */
export function asPrintFailure(error: unknown): unknown {
  if (error instanceof Deno.errors.BrokenPipe || !(error instanceof Error)) {
    return error;
  }
  const reason = error.message.replace(/ \(os error \d+\).*/s, "");
  return new Failure(`Cannot write to standard output: ${reason}`, 1, {
    cause: error,
  });
}

/** Takes what is printed, for whoever wants to have it as text. */
let resultTaker: ((text: string) => void) | undefined;

/** Hands what is printed to `take` instead of standard output, until disposed. */
export function divertPrint(take: (text: string) => void): Disposable {
  resultTaker = take;
  return {
    [Symbol.dispose]() {
      if (resultTaker === take) resultTaker = undefined;
    },
  };
}

function writeAll(output: Pick<typeof Deno.stdout, "writeSync">, text: string) {
  const bytes = encoder.encode(text);
  for (let start = 0; start < bytes.length;) {
    start += output.writeSync(bytes.subarray(start));
  }
}

/** Those who take the log instead of standard error; the last one does. */
const takers: ((text: string) => void)[] = [];

/** Hands the log to `take` instead of standard error, until disposed. */
export function divertLog(take: (text: string) => void): Disposable {
  takers.push(take);
  return {
    [Symbol.dispose]() {
      const index = takers.lastIndexOf(take);
      if (index >= 0) takers.splice(index, 1);
    },
  };
}

let lostLines = 0;

/** Writes to standard error; no program ends because nobody can read it. */
function writeLog(message: string): void {
  const text = visible(message);
  const take = takers.at(-1);
  if (take) return take(text);
  const before = lostLines === 0
    ? ""
    : `${quantity(lostLines, "line")} of this log ${
      lostLines === 1 ? "is" : "are"
    } lost\n`;
  try {
    writeAll(Deno.stderr, `${before}${text}`);
    lostLines = 0;
  } catch {
    // A closed pipe or window, a full disk: there is nowhere left to tell it.
    lostLines++;
  }
}
