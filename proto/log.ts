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
  writeAll(Deno.stdout, `${text}\n`);
}

function writeAll(output: Pick<typeof Deno.stdout, "writeSync">, text: string) {
  const bytes = encoder.encode(text);
  for (let start = 0; start < bytes.length;) {
    start += output.writeSync(bytes.subarray(start));
  }
}

function writeLog(text: string): void {
  try {
    writeAll(Deno.stderr, text);
  } catch (error) {
    // Whoever read our output is gone; a service does not die of that.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
