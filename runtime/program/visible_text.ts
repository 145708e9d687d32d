/**
 * Makes text that came from somewhere else safe to print: from a service, a
 * client, a config, the network. What is an instruction to a terminal, or cannot
 * be seen, is written as JSON writes it: `\u001b`. So JSON stays JSON.
 *
 * Everything that this project prints goes through here: log.ts and the writers
 * of tasks/terminal/ call it. Log files keep what was written.
 *
 * Own code, since what is there for it removes: `stripVTControlCharacters` and
 * strip-ansi take whole sequences away and leave other controls as they are.
 *
 * @module
 */

/** What text is, where it is printed. */
export type PrintedAs =
  /** Words of ours, with names and reasons of others in them. */
  | "text"
  /** The output of a service, with its colours. */
  | "output"
  /** The same as it came, for somebody who wants it so. */
  | "raw";

const NOTHING_TO_DO = /^[\n\t\x20-\x7e]*$/;

/** Colours and weights of letters; no other sequence is kept anywhere. */
// deno-lint-ignore no-control-regex
const COLOUR = /\x1b\[[0-9;:]*m/g;
// deno-lint-ignore no-control-regex
const ONLY_COLOURS = /^(?:[\t\x20-\x7e]|\x1b\[[0-9;:]*m)*$/;
// deno-lint-ignore no-control-regex
const NO_COLOUR = /^\x1b\[0*m/;
const RESET = "\x1b[0m";

/** A line end of Windows; any other "\r" writes over the line that is there. */
const LINE_END = /\r+(?=\n)/g;

/** What joins nothing: a letter of ASCII, and what is not seen itself. */
const JOINS_NOTHING = String.raw`[\p{ASCII}\p{Default_Ignorable_Code_Point}]`;
const LETTER = String
  .raw`[[\p{L}\p{Extended_Pictographic}]--${JOINS_NOTHING}]`;
const MARK = String.raw`[[\p{M}\p{Emoji_Modifier}]--${JOINS_NOTHING}]`;
const FORM = String.raw`[\ufe00-\ufe0f]`;

/**
 * Controls, what Unicode says is not to be seen, and what turns the direction of
 * reading. What joins letters or pictures, or chooses their form, stays where it
 * stands between such.
 */
const UNSEEN = new RegExp(
  [
    String.raw`(?<joined>(?<=${LETTER}${FORM}?|${MARK})[\u200c\u200d]`,
    String.raw`(?=${LETTER}|[\p{M}--${JOINS_NOTHING}])`,
    String.raw`|(?<=${LETTER})${FORM}|(?<=[0-9#*])\ufe0f(?=\u20e3))`,
    String.raw`|[[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}`,
    String.raw`\u2028\u2029\ufff9-\ufffb]--[\n\t]]`,
  ].join(""),
  "gv",
);

/** Returns text as it is to be printed. */
export function asPrinted(text: string, as: PrintedAs): string {
  switch (as) {
    case "text":
      return visible(text);
    case "output":
      return visibleOutput(text);
    case "raw":
      return text;
  }
}

/** Makes everything visible but line ends and tabs. */
export function visible(text: string): string {
  if (NOTHING_TO_DO.test(text)) return text;
  return text.replace(LINE_END, "").replace(
    UNSEEN,
    (found, joined) => joined === undefined ? written(found) : found,
  );
}

/** The same for what is to stay in one line: a name, a cell of a table. */
export function visibleInLine(text: string): string {
  return visible(text).replaceAll(/[\n\t]/g, written);
}

/** The same for what a service has written: its colours stay, up to the line's end. */
export function visibleOutput(text: string): string {
  if (NOTHING_TO_DO.test(text)) return text;
  if (!text.includes("\x1b[")) return visible(text);
  return text.split("\n").map(visibleColours).join("\n");
}

function visibleColours(line: string): string {
  const last = line.lastIndexOf("\x1b[");
  if (last < 0) return visible(line);
  // Nearly every line that has colours has nothing else to look at.
  if (ONLY_COLOURS.test(line)) {
    return NO_COLOUR.test(line.slice(last)) ? line : `${line}${RESET}`;
  }
  const colours = line.match(COLOUR) ?? [];
  const isColoured = colours.length > 0 && !NO_COLOUR.test(colours.at(-1)!);
  const words = line.replace(/\r+$/, "").split(COLOUR);
  return words.map((part, index) => `${visible(part)}${colours[index] ?? ""}`)
    .join("") + (isColoured ? RESET : "");
}

/** Writes characters as JSON does in a text. */
function written(characters: string): string {
  return Array.from({ length: characters.length }, (_, index) => {
    const unit = characters.charAt(index);
    const short = JSON.stringify(unit).slice(1, -1);
    return short.length > 1
      ? short
      : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  }).join("");
}
