/**
 * How a command is called where the dashboard runs.
 *
 * @module
 */

import type { Hello } from "../wire.ts";

/**
 * Returns a command with its arguments, as a shell takes it: "denizen logs web".
 *
 * @param hello What the server has said of itself, once it has.
 */
export function commandLine(
  hello: Pick<Hello, "command"> | undefined,
  ...words: readonly string[]
): string {
  return [hello?.command ?? "denizen", ...words].join(" ");
}
