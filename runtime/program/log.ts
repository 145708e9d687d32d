/**
 * Writes a process's log: one line an event, to standard error, so that
 * standard output stays free for results.
 *
 * Adds no name and no time. Whoever runs several processes puts the service's
 * name before each line.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Writes one line. Line ends within `message` become spaces. */
export function log(message: string): void {
  writeLog(`${message.replaceAll(/\s*\n\s*/g, " ")}\n`);
}

/** Writes an unexpected error with its stack, which is for the developer. */
export function logDefect(doing: string, error: unknown): void {
  const detail = error instanceof Error ? error.stack : String(error);
  writeLog(`Defect while ${doing}: ${detail}\n`);
}

/**
 * Writes a result to standard output, and the end of its line.
 *
 * @throws {Deno.errors.BrokenPipe} If nobody reads it any more.
 */
export function print(text: string): void {
  if (resultTaker) return resultTaker(text);
  writeAll(Deno.stdout, `${text}\n`);
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

/** Takes the lines of the log while a view has the terminal to itself. */
let taker: ((text: string) => void) | undefined;

/** Hands the log to `take` instead of standard error, until disposed. */
export function divertLog(take: (text: string) => void): Disposable {
  taker = take;
  return {
    [Symbol.dispose]() {
      if (taker === take) taker = undefined;
    },
  };
}

function writeLog(text: string): void {
  if (taker) return taker(text);
  try {
    writeAll(Deno.stderr, text);
  } catch (error) {
    // Whoever read our output is gone; a service does not die of that.
    if (!isClosed(error)) throw error;
  }
}

/** True for a closed pipe, and for a terminal whose window was closed. */
function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    (error instanceof Error && "code" in error && error.code === "EIO");
}
