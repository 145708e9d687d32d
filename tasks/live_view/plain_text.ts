/**
 * Makes the output of a service safe to show inside a screen of our own.
 *
 * @module
 */

// Whole escape sequences; one that is cut short counts up to where it breaks.
const ESCAPE_SEQUENCES =
  // deno-lint-ignore no-control-regex
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;

// What may still move the cursor, or turn the reading direction around.
const CONTROLS =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const NOTHING_TO_DO = /^[\x20-\x7e]*$/;

const TAB_COLUMNS = 8;

/**
 * Returns what is to be read of one line of output.
 *
 * Colours and everything else that is an instruction to the terminal go. Of a
 * line that was written over with "\r", as progress bars do, the last state
 * stays. Tabs become spaces.
 */
export function plainText(line: string): string {
  if (NOTHING_TO_DO.test(line)) return line;
  const text = line.replace(ESCAPE_SEQUENCES, "").replace(/\r+$/, "");
  const last = text.slice(text.lastIndexOf("\r") + 1);
  return expandTabs(last.replace(CONTROLS, "")).toWellFormed();
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
