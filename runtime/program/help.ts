/**
 * The help text of a command or a program, written from its list of flags.
 *
 * @module
 */

import { dashed, type Flag, HELP, HELP_WORDS } from "./flags.ts";
import { wrapWords } from "./wrap_words.ts";

/** What a command or a program says of itself. */
export interface Help {
  /** How it is called, as in `deno task ps [flags]`. */
  usage: string;
  /** What it does, in one line. */
  summary: string;
  flags: Record<string, Flag<unknown>>;
}

/** The least room beside the flags in which lines are broken. */
const LEAST_COLUMNS = 24;

/**
 * Writes the help text of a command or a program.
 *
 * @param columns The width of the terminal. @default {no line is broken}
 */
export function describeHelp(
  { usage, summary, flags }: Help,
  columns = Infinity,
): string {
  return [
    ...wrapWords(`Usage: ${usage}`, columns, "  "),
    ...wrapWords(summary, columns),
    "",
    describeFlags(flags, columns),
  ].join("\n");
}

/**
 * Writes the flags as the lines of a help text.
 *
 * @param columns The width of the terminal. @default {no line is broken}
 */
export function describeFlags(
  spec: Record<string, Flag<unknown>>,
  columns = Infinity,
): string {
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
  const room = columns - width - "    ".length;
  // Where the flags leave none beside them, what they do stands below each.
  const beside = room >= LEAST_COLUMNS;
  const indent = " ".repeat(beside ? width + "    ".length : 6);
  return rows.map(([left, right]) => {
    const head = `  ${beside ? left.padEnd(width) : left}`;
    const [first = "", ...rest] = wrapWords(
      right,
      beside ? room : columns - indent.length,
    );
    return [
      beside ? `${head}  ${first}` : `${head}\n${indent}${first}`,
      ...rest.map((line) => indent + line),
    ].join("\n");
  }).join("\n");
}
