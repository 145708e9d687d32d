/**
 * The help text of a command or a program, written from its list of flags.
 *
 * @module
 */

import { dashed, type Flag, HELP, HELP_WORDS } from "./flags.ts";

/** What a command or a program says of itself. */
export interface Help {
  /** How it is called, as in `deno task ps [flags]`. */
  usage: string;
  /** What it does, in one line. */
  summary: string;
  flags: Record<string, Flag<unknown>>;
}

/** Writes the help text of a command or a program. */
export function describeHelp({ usage, summary, flags }: Help): string {
  return `Usage: ${usage}\n${summary}\n\n${describeFlags(flags)}`;
}

/** Writes the flags as the lines of a help text. */
export function describeFlags(spec: Record<string, Flag<unknown>>): string {
  const rows = Object.entries(spec).map(([name, flag]) => {
    const value = flag.placeholder === undefined ? "" : `=${flag.placeholder}`;
    const standard = flag.defaultText ? ` (default: ${flag.defaultText})` : "";
    const written = name === HELP ? HELP_WORDS.toReversed() : [dashed(name)];
    return [
      `${written.join(", ")}${value}`,
      `${flag.help}${standard}`,
    ] as const;
  });
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
    .join("\n");
}
