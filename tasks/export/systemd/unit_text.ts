/**
 * Writes units in the words of systemd.syntax(7), and quotes what goes into them.
 *
 * Three kinds of values differ in what stands for itself: a value that is taken
 * as it is, a list of words, and a command line, where `$` begins a variable, too.
 *
 * @module
 */

/** A line `Key=value`. */
export type Setting = readonly [key: string, value: string];

/** A part of a unit: what its head says, and its lines in order. */
export type Section = readonly [name: string, settings: readonly Setting[]];

/** Nothing that a config says can hold this. */
const MARK = "\0";

/** What systemd puts in place of a letter: `%t` for the folder of what runs. */
export function specifier(letter: string): string {
  return `${MARK}${letter}`;
}

/**
 * Returns a unit as text.
 *
 * @param head What is said of it, a line each.
 */
export function unitText(
  head: readonly string[],
  sections: readonly Section[],
): string {
  const parts = sections.filter(([, settings]) => settings.length > 0)
    .map(([name, settings]) =>
      [`[${name}]`, ...settings.map(([key, value]) => `${key}=${value}`)]
        .join("\n")
    );
  return `${
    [head.map((line) => `# ${line}`).join("\n"), ...parts].join("\n\n")
  }\n`;
}

/** Lists of units that may stand in several lines, put into one each. */
export function merged(settings: readonly Setting[]): Setting[] {
  const lists = new Map<string, Set<string>>();
  for (const [key, value] of settings) {
    const list = lists.get(key) ?? new Set();
    for (const each of value.split(" ")) list.add(each);
    lists.set(key, list);
  }
  return [...lists].map(([key, list]) => [key, [...list].join(" ")]);
}

/** A value that is taken as it is. */
export function plain(text: string): string {
  return withSpecifiers(text);
}

/** One word of a list. */
export function word(text: string): string {
  return withSpecifiers(quoted(text));
}

/** A command line; one that is long has a line for each word. */
export function commandLineOf(words: readonly string[]): string {
  const all = words.map((each) => word(each.replaceAll("$", "$$$$")));
  const line = all.join(" ");
  return line.length <= MAX_LINE ? line : all.join(" \\\n    ");
}

/** Longer command lines are broken. */
const MAX_LINE = 76;

/** A variable with its value, for `Environment=`. */
export function assignment(name: string, value: string): string {
  return word(`${name}=${value}`);
}

/** A line of a file that `EnvironmentFile=` names. */
export function environmentLine(name: string, value: string): string {
  return `${name}="${value.replaceAll(/[\\"$`]/g, "\\$&")}"`;
}

/** A duration as systemd reads it. */
export function seconds(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

/** What needs no quotes: whatever is no space, quote, escape or control sign. */
const BARE = /^[^\s"'\\;#\p{C}]+$/u;

function quoted(text: string): string {
  if (BARE.test(text.replaceAll(MARK, ""))) return text;
  const escaped = text.replaceAll(/["\\]/g, "\\$&")
    .replaceAll(
      // deno-lint-ignore no-control-regex -- these are what is escaped
      /[\x01-\x1f\x7f]/g,
      (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
  return `"${escaped}"`;
}

function withSpecifiers(text: string): string {
  return text.replaceAll("%", "%%").replaceAll(MARK, "%");
}
