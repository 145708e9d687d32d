/**
 * Reads a command line against a list of the flags it may have.
 *
 * Every problem is a {@linkcode UsageError}, which a main.ts turns into exit
 * code 2. Knows no command by name: each task and each service brings its own
 * list, and help.ts prints the same list.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { parseAddress } from "./address.ts";
import { Fault, UsageError } from "./errors.ts";
import { suggestion } from "./suggest.ts";
import { parseDuration, parseSize } from "./units.ts";

/** One flag: how its text is read, and what it is when it is not given. */
export interface Flag<T> {
  /** What stands after `=` in the help; undefined for a switch. */
  placeholder?: string;
  /** One line for the help. */
  help: string;
  /** Written in the help as the default, when there is one. */
  defaultText?: string;
  fallback: T;
  /** May be given more than once; each has its own text. @default {false} */
  repeats?: boolean;
  /** Reads the text. @throws {UsageError} Saying what was expected. */
  read(text: string): T;
}

/** The values of a command line, by flag. */
export type Flags<Spec extends Record<string, Flag<unknown>>> = {
  [Name in keyof Spec]: Spec[Name] extends Flag<infer T> ? T : never;
};

/** What a command line held. */
export interface CommandLine<Spec extends Record<string, Flag<unknown>>> {
  flags: Flags<Spec>;
  /** The names of the flags that were given. */
  given: ReadonlySet<string>;
  /** What is not a flag, in order. */
  words: string[];
}

/** Options for {@linkcode readFlags}. */
export interface ReadOptions {
  /** How many words besides flags are allowed. @default {0} */
  maxWords?: number;
}

/**
 * Reads a command line.
 *
 * @param line The arguments, without the program.
 * @param spec The flags that may be given.
 * @throws {UsageError} For an unknown flag, a value that cannot be read, or too
 * many words.
 */
export function readFlags<const Spec extends Record<string, Flag<unknown>>>(
  line: readonly string[],
  spec: Spec,
  { maxWords = 0 }: ReadOptions = {},
): CommandLine<Spec> {
  if (Object.hasOwn(spec, HELP) && asksForHelp(line)) return helpOnly(spec);
  const names = Object.keys(spec);
  const isSwitch = (name: string) => spec[name]?.placeholder === undefined;
  const argv = takeApart(
    line,
    (letter) => names.includes(letter) && isSwitch(letter),
  );
  const given = new Set<string>();
  for (const word of argv) {
    if (word === "--") break;
    if (!word.startsWith("-") || NO_FLAG.test(word)) continue;
    const name = /^(?:--(..[^=]*)|-(\w))(?:=|$)/.exec(word)?.slice(1).join("");
    if (name === undefined || !names.includes(name)) {
      throw new UsageError(
        `Cannot read "${word}": there is no such flag${
          suggestion(
            word.replace(/=.*/s, ""),
            names.map(dashed),
            "; --help lists them",
          )
        }`,
      );
    }
    if (isSwitch(name) && word.includes("=")) {
      throw new UsageError(
        `Cannot read "${word}": ${dashed(name)} takes no value`,
      );
    }
    // Of a flag that repeats, the parser leaves such a one out.
    if (word === `${dashed(name)}=`) throw withoutValue(name, spec[name]!);
    given.add(name);
  }
  const parsed: Record<string, unknown> = parseArgs(argv.map(hide), {
    string: [...names.filter((name) => !isSwitch(name)), "_"],
    boolean: names.filter(isSwitch),
    collect: names.filter((name) => spec[name]?.repeats),
  });
  const words = (parsed["_"] as unknown[]).map(show);
  if (words.length > maxWords) {
    throw new UsageError(
      `Cannot read "${words[maxWords]}": ${
        maxWords === 0
          ? "only flags are"
          : maxWords === 1
          ? "at most 1 word is"
          : `at most ${maxWords} words are`
      } expected here`,
    );
  }
  const flags = Object.fromEntries(
    Object.entries(spec).map(([name, flag]) => {
      if (!given.has(name)) return [name, flag.fallback];
      if (isSwitch(name)) return [name, parsed[name] === true];
      const value = parsed[name];
      return [
        name,
        Array.isArray(value)
          ? value.flatMap((each) => readValue(name, flag, show(each)))
          : readValue(name, flag, show(value ?? "")),
      ];
    }),
  ) as Flags<Spec>;
  return { flags, given, words };
}

/** Reads the text of one flag. @throws {UsageError} Naming the flag. */
function readValue<T>(name: string, flag: Flag<T>, text: string): T {
  if (text === "") throw withoutValue(name, flag);
  try {
    return flag.read(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `Cannot read ${dashed(name)}="${text}": ${error.message}`,
    );
  }
}

function withoutValue(name: string, flag: Flag<unknown>): UsageError {
  return new UsageError(
    `Cannot read ${dashed(name)}: it needs a value, as in ${
      dashed(name)
    }=${flag.placeholder}`,
  );
}

/** A flag as it is written, `--json` or `-f`. */
export function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/** The flag that every command and program has, and its short form. */
export const HELP = "help";
export const HELP_WORDS: readonly string[] = ["--help", "-h"];

/** Writes `-ft` as `-f -t`, where each of the letters is a switch. */
function takeApart(
  argv: readonly string[],
  isSwitch: (letter: string) => boolean,
): string[] {
  const end = argv.indexOf("--");
  return argv.flatMap((word, index) => {
    const letters = /^-(\w{2,})$/.exec(word)?.[1];
    const isOne = letters === undefined || (end >= 0 && index > end);
    if (isOne || ![...letters].every(isSwitch)) return [word];
    return [...letters].map((letter) => `-${letter}`);
  });
}

/** True if the help is asked for, whatever else a command line holds. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const flags = end === -1 ? argv : argv.slice(0, end);
  return flags.some((word) => HELP_WORDS.includes(word));
}

/** Whoever asks for help need not get the rest right. */
function helpOnly<Spec extends Record<string, Flag<unknown>>>(
  spec: Spec,
): CommandLine<Spec> {
  const flags = Object.fromEntries(
    Object.entries(spec).map(([name, { fallback }]) => [
      name,
      name === HELP ? true : fallback,
    ]),
  ) as Flags<Spec>;
  return { flags, given: new Set([HELP]), words: [] };
}

/** A word that is no flag, although it is empty or begins with a minus. */
const NO_FLAG = /^(-(\d|\.\d|$)|$)/;
/** What the parser takes for a switch's value, and we do not. */
const SWITCHED = /^(true|false)$/;
/** No word of a command line can hold this. */
const HIDDEN = "\0";

/** Keeps the parser from taking -7 for a flag, or nothing for no word. */
function hide(word: string): string {
  return NO_FLAG.test(word) || SWITCHED.test(word) ? `${HIDDEN}${word}` : word;
}

function show(word: unknown): string {
  return String(word).replace(HIDDEN, "");
}

/**
 * A flag that is there or not.
 *
 * @example
 * ```ts
 * import { runProgram, toggle } from "denizen";
 *
 * await runProgram({
 *   name: "list.ts",
 *   summary: "Lists what there is.",
 *   flags: { all: toggle("also what is hidden") }, // --all
 * }, async ({ all }) => {
 *   await Promise.resolve(all);
 * });
 * ```
 */
export function toggle(help: string): Flag<boolean> {
  return { help, fallback: false, read: () => true };
}

/**
 * A flag with any text.
 *
 * @example
 * ```ts
 * import { text } from "denizen";
 *
 * const flags = {
 *   name: text("NAME", "who is greeted", "world"), // --name=Ada
 *   title: text("TITLE", "what they are called"), // undefined if not given
 * };
 * flags satisfies object;
 * ```
 */
export function text(
  placeholder: string,
  help: string,
): Flag<string | undefined>;
export function text(
  placeholder: string,
  help: string,
  fallback: string,
): Flag<string>;
export function text(
  placeholder: string,
  help: string,
  fallback?: string,
): Flag<string | undefined> {
  return {
    placeholder,
    help,
    fallback,
    ...(fallback ? { defaultText: fallback } : {}),
    read: (value) => value,
  };
}

/** A flag that may be given more than once: the list of what it was given. */
export function repeated<T>(
  { defaultText: _, ...flag }: Flag<T>,
): Flag<T[]> {
  return {
    ...flag,
    fallback: [],
    repeats: true,
    read: (text) => [flag.read(text)],
  };
}

/**
 * A flag with one of a few words.
 *
 * @example
 * ```ts
 * import { choice } from "denizen";
 * import { equal, throws } from "node:assert/strict";
 *
 * const color = choice(["auto", "always", "never"], "when to use colours");
 * equal(color.fallback, "auto"); // the first of them
 * throws(() => color.read("nevr"));
 * ```
 */
export function choice<const Word extends string>(
  words: readonly [Word, ...Word[]],
  help: string,
): Flag<Word> {
  return {
    placeholder: words.join("|"),
    help,
    defaultText: words[0],
    fallback: words[0],
    read(value) {
      const word = words.find((each) => each === value);
      if (word) return word;
      throw new UsageError(
        `expected one of ${words.join(", ")}${suggestion(value, words)}`,
      );
    },
  };
}

/** A flag with one of a few words; none of them where it is not given. */
export function optionalChoice<const Word extends string>(
  words: readonly [Word, ...Word[]],
  help: string,
): Flag<Word | undefined> {
  const { defaultText: _, ...flag } = choice(words, help);
  return { ...flag, fallback: undefined };
}

/** The numbers a flag may have. */
export interface Range {
  min: number;
  max: number;
}

/**
 * A flag with a whole number.
 *
 * @example
 * ```ts
 * import { integer } from "denizen";
 * import { equal } from "node:assert/strict";
 *
 * const count = integer("how many", 1, { min: 1, max: 100 });
 * equal(count.read("7"), 7);
 * ```
 */
export function integer<Fallback extends number | undefined>(
  help: string,
  fallback: Fallback,
  { min, max }: Range,
): Flag<number | Fallback> {
  return {
    placeholder: "N",
    help,
    ...(fallback === undefined ? {} : { defaultText: String(fallback) }),
    fallback,
    read(value) {
      const number = Number(value);
      if (/^-?\d+$/.test(value) && number >= min && number <= max) {
        return number;
      }
      throw new UsageError(`expected a whole number from ${min} to ${max}`);
    },
  };
}

/**
 * A flag with a number of bytes, such as 64KiB. The fallback is written so.
 *
 * @example
 * ```ts
 * import { bytes } from "denizen";
 * import { equal } from "node:assert/strict";
 *
 * const size = bytes("a block's size", "64KiB", { min: 1, max: 1024 ** 2 });
 * equal(size.fallback, 65_536);
 * ```
 */
export function bytes(
  help: string,
  fallback: string,
  { min, max }: Range,
): Flag<number> {
  const read = (value: string) => {
    const size = parseSize(value);
    if (size !== undefined && size >= min && size <= max) return size;
    throw new UsageError(
      `expected a size from ${min} to ${max} bytes, such as 64KiB or 1MiB`,
    );
  };
  return {
    placeholder: "SIZE",
    help,
    defaultText: fallback,
    fallback: read(fallback),
    read,
  };
}

/**
 * A flag with a duration, such as 500ms. The fallback is written so.
 *
 * @example
 * ```ts
 * import { duration } from "denizen";
 * import { equal } from "node:assert/strict";
 *
 * const every = duration("the time between two", "1m30s");
 * equal(every.fallback, 90_000); // in milliseconds
 * equal(every.read("500ms"), 500);
 * ```
 */
export function duration(help: string, fallback: string): Flag<number>;
export function duration(
  help: string,
  fallback: undefined,
): Flag<number | undefined>;
export function duration(
  help: string,
  fallback: string | undefined,
): Flag<number | undefined> {
  const read = (value: string) => {
    const ms = parseDuration(value);
    if (ms !== undefined) return ms;
    throw new UsageError("expected a duration such as 500ms, 1s or 1m30s");
  };
  return {
    placeholder: "DURATION",
    help,
    ...(fallback === undefined
      ? { fallback }
      : { defaultText: fallback, fallback: read(fallback) }),
    read,
  };
}

/**
 * A flag with an address, as parseAddress() takes it.
 *
 * @example
 * ```ts
 * import { address } from "denizen";
 * import { throws } from "node:assert/strict";
 *
 * const where = address("where to serve", "127.0.0.1:5555");
 * throws(() => where.read("localhost")); // the port is missing
 * ```
 */
export function address<Fallback extends string | undefined>(
  help: string,
  fallback: Fallback,
): Flag<string | Fallback> {
  return {
    placeholder: "HOST:PORT",
    help,
    ...(fallback === undefined ? {} : { defaultText: fallback }),
    fallback,
    read(value) {
      try {
        parseAddress(value);
        return value;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        throw new UsageError(
          "expected host:port with a port up to 65535, or unix:/path",
        );
      }
    },
  };
}

/**
 * A flag with one address or several, with commas between them.
 *
 * @example
 * ```ts
 * import { addresses } from "denizen";
 * import { throws } from "node:assert/strict";
 *
 * const brokers = addresses("the brokers", "127.0.0.1:50051");
 * brokers.read("10.0.0.1:50051,10.0.0.2:50051");
 * throws(() => brokers.read("10.0.0.1:50051,")); // one is missing
 * ```
 */
export function addresses<Fallback extends string | undefined>(
  help: string,
  fallback: Fallback,
): Flag<string | Fallback> {
  const one = address(help, fallback);
  return {
    ...one,
    read: (value) => readEach(value, (part) => dialled(one.read(part))),
  };
}

/**
 * Returns an address to call.
 *
 * @throws {UsageError} For port 0, which stands for any where a program listens.
 */
export function dialled<Text extends string | undefined>(value: Text): Text {
  if (!/^(?!unix:).*:0+$/.test(value ?? "")) return value;
  throw new UsageError("nobody can call port 0: expected one from 1 to 65535");
}

/**
 * Reads several texts with commas between them.
 *
 * @param read Reads one of them.
 * @returns All of `value`.
 * @throws {UsageError} Saying which of them is wrong, or is there twice.
 */
export function readEach(
  value: string,
  read: (text: string) => unknown,
): string {
  const all = value.split(",");
  for (const each of all) {
    try {
      read(each);
    } catch (error) {
      if (all.length === 1 || !(error instanceof UsageError)) throw error;
      throw new UsageError(`"${each}" is wrong: ${error.message}`);
    }
  }
  const twice = all.find((each, at) => all.indexOf(each) !== at);
  if (twice === undefined) return value;
  throw new UsageError(`${twice} is named twice`);
}
