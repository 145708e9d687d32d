/**
 * Says on the terminal what a command is busy with, until the command has
 * something to show. Without a terminal it is silent.
 *
 * @module
 */

import { divertLog } from "../../runtime/program/log.ts";
import { visibleInLine } from "../../runtime/program/visible_text.ts";

/** To the start of the line, and nothing left on it. */
const CLEAR_LINE = "\r\x1b[2K";

/** The part of standard error that is needed; a test passes its own. */
export type StatusOutput =
  & Pick<typeof Deno.stderr, "writeSync" | "isTerminal">
  & { columns?: () => number };

const STDERR: StatusOutput = {
  writeSync: (bytes) => Deno.stderr.writeSync(bytes),
  isTerminal: () => Deno.stderr.isTerminal(),
  columns: () => Deno.consoleSize().columns,
};

/** Shows a line as {@linkcode showStatus} does, for as long as `work` takes. */
export async function whileShown<T>(
  text: string,
  work: Promise<T>,
): Promise<T> {
  using _status = showStatus(text);
  return await work;
}

/**
 * Shows a line on standard error until disposed of; what is logged meanwhile
 * stands above it.
 *
 * @param text What is happening, as in "Starting the stages".
 */
export function showStatus(
  text: string,
  output: StatusOutput = STDERR,
): Disposable {
  if (!output.isTerminal()) return { [Symbol.dispose]() {} };
  const encoder = new TextEncoder();
  const write = (bytes: string) => void output.writeSync(encoder.encode(bytes));
  // A line that wraps could not be cleared.
  const line = `${visibleInLine(text)} ...`.slice(
    0,
    (output.columns?.() ?? 80) - 1,
  );
  write(line);
  const diverted = divertLog((logged) =>
    write(`${CLEAR_LINE}${logged}${line}`)
  );
  return {
    [Symbol.dispose]() {
      diverted[Symbol.dispose]();
      write(CLEAR_LINE);
    },
  };
}
