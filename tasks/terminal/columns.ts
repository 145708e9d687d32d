/**
 * How wide a terminal is.
 *
 * @module
 */

/** Returns the width of the terminal that an output is; undefined if it is none. */
export function columnsOf(
  output: Pick<typeof Deno.stdout, "isTerminal">,
): number | undefined {
  return output.isTerminal() ? Deno.consoleSize().columns : undefined;
}
