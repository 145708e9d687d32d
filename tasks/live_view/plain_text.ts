/**
 * Makes the output of a service safe to show inside a screen of our own.
 *
 * @module
 */

import { visibleInLine } from "../../runtime/program/visible_text.ts";

// Whole escape sequences; one that is cut short counts up to where it breaks.
const ESCAPE_SEQUENCES =
  // deno-lint-ignore no-control-regex
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;

const NOTHING_TO_DO = /^[\x20-\x7e]*$/;

const TAB_COLUMNS = 8;

/**
 * Returns what is to be read of one line of output.
 *
 * Whole instructions to a terminal go, colours too: a picture of many lines has
 * no place for them. Of a line that was written over with "\r", as progress bars
 * do, the last state stays. Tabs become spaces, and whatever else cannot be seen
 * is made visible.
 */
export function plainText(line: string): string {
  if (NOTHING_TO_DO.test(line)) return line;
  const text = line.replace(ESCAPE_SEQUENCES, "").replace(/\r+$/, "");
  const last = text.slice(text.lastIndexOf("\r") + 1);
  return visibleInLine(expandTabs(last.replaceAll("\n", " ")));
}

/** Counts characters, not columns: after wide ones the stops are off by one. */
function expandTabs(text: string): string {
  let result = "";
  for (const [index, part] of text.split("\t").entries()) {
    if (index > 0) {
      result += " ".repeat(TAB_COLUMNS - result.length % TAB_COLUMNS);
    }
    result += part;
  }
  return result;
}
