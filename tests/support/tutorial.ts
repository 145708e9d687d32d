/**
 * Reads a page that is run step by step: its blocks are what is typed, what
 * comes of it, files, and changes of files.
 *
 * @module
 */

/** A block of the page. */
export interface Step {
  /** Where it begins in the page. */
  line: number;
  /** sh: typed; text: what comes; diff: a change; else a file. */
  kind: string;
  text: string;
  /** The file that the sentence before it names; "" where it names none. */
  path: string;
}

/** Reads the blocks of a page. */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  let path = "";
  const lines = page.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const kind = /^```(\w+)$/.exec(lines[at]!)?.[1];
    if (kind === undefined) {
      path = /`([^`\s]+)`:$/.exec(lines[at]!)?.[1] ?? (lines[at] ? "" : path);
      continue;
    }
    const end = lines.indexOf("```", at + 1);
    const text = lines.slice(at + 1, end).join("\n");
    steps.push({ line: at + 1, kind, text, path });
    [at, path] = [end, ""];
  }
  return steps;
}

/**
 * Changes a text as a diff says. Hunks stand between lines of `@@`; each must
 * fit one place and no other.
 *
 * @throws {Error} If one does not.
 */
export function changed(text: string, diff: string): string {
  for (const hunk of diff.split(/^@@.*\n/m)) {
    const lines = hunk.replace(/\n$/, "").split("\n");
    const side = (sign: string) =>
      lines.filter((line) => line === "" || " ".concat(sign).includes(line[0]!))
        .map((line) => `${line.slice(1)}\n`).join("");
    const [before, after] = [side("-"), side("+")];
    if (text.split(before).length !== 2) {
      throw new Error(`Cannot change it: this is not there once:\n${before}`);
    }
    text = text.replace(before, () => after);
  }
  return text;
}

/**
 * What stays of an output from run to run: no pids, ports, times and sizes, and
 * no columns that are as wide as these. A small number stays.
 */
export function lasting(output: string): string {
  return output
    .replaceAll(/\d+(\.\d+)? (ms|s|min|h|KiB|MiB)\b/g, "N")
    .replaceAll(/(\d{4}-\d\d-\d\d[T ])?\d\d:\d\d(:[\d.]+)?Z?/g, "TIME")
    .replaceAll(/\d+(\.\d+)+%?|\d+%|\d{3,}/g, "N")
    // What is not known at this moment.
    .replaceAll(/(?<=\s)-(?=\s|$)/g, "N")
    .replaceAll(/[ \t]+/g, " ")
    .replaceAll(/ +$/gm, "")
    .trim();
}

/**
 * True if an output is what the page shows; a line `...` is any lines, and `…`
 * anything in a line.
 */
export function isAsShown(output: string, shown: string): boolean {
  const pattern = lasting(shown).split("\n")
    .map((line) => line === "..." ? "(?:.*\n)*?.*" : patternOf(line))
    .join("\n");
  return new RegExp(`^${pattern}$`).test(lasting(output));
}

function patternOf(line: string): string {
  return line.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("…", ".*");
}
