/**
 * Makes lines of JSON of every shape around an event, from random numbers: key
 * order, white space, escapes, all forms of numbers, doubled keys, nesting, other
 * types of value, times and what is nearly one; and damages them.
 *
 * A line is as tame as its `wildness` says: at 0 it is an event as most are, at
 * 1 everything about it is odd.
 *
 * @module
 */

import type { RuleField } from "../../proto/pipeline/batches.ts";

/** The event types that a reader of these lines may know; others occur too. */
export const LINE_TYPES = [
  "click",
  "work",
  "toString",
  "__proto__",
  "",
  "a b",
  'say "hi"',
  "käse",
  "2026-01-01T00:00:00Z",
];

/** Fields by their paths; "ts" is asked for as a time. */
function fieldsOf(...paths: readonly string[]): RuleField[] {
  return paths.map((path) => ({
    path: path.split("."),
    isTime: path === "ts",
  }));
}

/** Sets of fields that a reader of these lines may be asked for. */
export const LINE_FIELDS: readonly (readonly RuleField[])[] = [
  [],
  fieldsOf("user", "ts"),
  fieldsOf("metadata.a", "metadata.region"),
  fieldsOf(
    "metadata.a.b",
    "metadata.a",
    "type",
    "value",
    "metadata.__proto__",
    "metadata.ä",
    'metadata."',
    "metadata.0",
    "metadata.length",
    "metadata.ts",
    "user",
    "metadata.a",
    "ts",
  ),
];

/** Odd keys, and those that somebody may ask for. */
const KEYS = [
  ...["ts", "type", "user", "value", "metadata", "work", "a", "b", "region"],
  ...["", "__proto__", "t", "typ", "types", "valu", "value ", "ä", '"', "\\"],
  ...["0", "length", "constructor", "\u007f", "metadat", "TS", "a.b", "\n"],
];
const STRINGS = [
  ...["", "u1", "u12345", "click", "work", "2026-01-31T12:00:00Z", "{", "}]"],
  ...["a\\u0062", "\\n", "\\", "/", "é", "😀", "\u2028", "\u007f", " ", "null"],
  ...["12345678901234567", '"value":7', "a\tb", "\u00a0", "\ufeff", "ÿ"],
];
const NUMBERS = [
  ...["0", "-0", "7", "42", "-5", "100000", "999999999999999", "1e3", "1E+2"],
  ...["9007199254740991", "9007199254740993", "-9007199254740993", "1.5"],
  ...["-999999999999999", "1000000000000000", "0.0", "-0.0", "1e-7", "0e0"],
  ...["9.9999999999999999", "0.99999999999999999", "1e400", "-1e400", "1.0"],
  ...["123456789012345678901234567890", "12e-1", "1e15", "0.1e1", "5e-324"],
  // None of these is JSON.
  ...["01", "-01", "00", "1.", ".5", "-", "+1", "1e", "1e+", "0x1", "NaN"],
  ...["1.e1", "--1", "1_0", "-Infinity", "1a", "1 2", "- 1", "1e1.5", "٣"],
];
const WORDS = [
  ...["true", "false", "null", "tru", "True", "nul", "falsee", "undefined"],
  ...["truex", "nulll", "", "'a'", "/**/1", "1//", "[1,]", "{,}", "[", "{"],
  ...['{"a"}', '{"a":}', "{a:1}", '{"a":1,}', "[1 2]", "]", "}", '"', '"\\"'],
  ...['"\\x"', '"\\u12"', '"\\uD83D"', '"\\u00g0"', '"\\U0061"', "[,1]"],
];
/** White space of JSON, and what is none. */
const SPACES = [" ", "\t", "\r", "  ", " \t\r ", "\n"];
const NO_SPACES = ["\f", "\v", "\u00a0", "\ufeff", "\0", "\u2028", "\u0085"];
const WORK =
  '{"vectors":[[1,2]],"matrix":[[1,0],[0,1]],"text":"","iterations":1}';

/** Bytes that mean something, or stand next to one that does. */
export const INTERESTING_BYTES: readonly number[] = [
  ...new Set([
    ...new TextEncoder().encode('"\\{}[]:,-+.eE019 /;tfnuTZ'),
    ...[0x00, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1f, 0x21, 0x7f],
    ...[0x80, 0xa0, 0xbf, 0xc2, 0xe2, 0xef, 0xf0, 0xff],
  ]),
];

const encoder = new TextEncoder();

/** Makes lines, without their line feed. */
export function createLineMaker(random: () => number) {
  /** How odd the line that is being made is, from 0 to 1. */
  let wildness = 0;
  const isOdd = () => random() < wildness;
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[below(items.length)]!;
  const digits = (count: number) =>
    Array.from({ length: count }, () => below(10)).join("");
  const pair = (number: number) => String(number).padStart(2, "0");

  /** White space between two tokens. */
  const gap = (): string => {
    if (!isOdd()) return "";
    return random() < 0.02 ? pick(NO_SPACES) : pick(SPACES.slice(0, 5));
  };
  /** A text in quotes; some characters are escaped without need. */
  const quoted = (text: string): string => {
    const json = JSON.stringify(text);
    if (!isOdd()) return json;
    if (random() < 0.05) return `"${text}"`; // not escaped, needed or not
    return json.replaceAll(/[^"\\]/g, (character) => {
      if (random() < 0.7) return character;
      const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
      return `\\u${random() < 0.5 ? hex : hex.toUpperCase()}`;
    });
  };
  const number = () => isOdd() ? pick(NUMBERS) : String(below(1_000));
  const time = (): string => {
    const odd = () => random() < wildness / 8;
    const part = (from: number, to: number) =>
      pair(odd() ? pick([from - 1, from, to, to + 1, 28, 29, 30]) : from);
    const year = odd() ? pick(["0000", "1900", "2000", "2024"]) : "2026";
    const at = odd() ? pick(["t", " ", "_", ""]) : "T";
    const fraction = odd() ? `.${digits(below(12))}` : ".250";
    const zone = isOdd()
      ? pick(["z", "+01:30", "-23:59", "+24:00", "-00:00", "+0100", ""])
      : "Z";
    const text = `${year}-${part(1, 12)}-${part(1 + below(28), 31)}${at}${
      part(below(24), 23)
    }:${part(below(60), 59)}:${part(below(60), 60)}${fraction}${zone}`;
    if (!odd()) return text;
    const cut = below(text.length);
    return text.slice(0, cut) + pick(["", "0", "-", ":", "Z", "٣"]) +
      text.slice(cut + below(2));
  };
  const value = (depth: number): string => {
    const kind = random();
    if (kind < 0.3) return quoted(isOdd() ? pick(STRINGS) : `u${below(50)}`);
    if (kind < 0.5) return number();
    if (kind < 0.6) return pick(["true", "false", "null"]);
    if (kind < 0.65) return isOdd() ? pick(WORDS) : "null";
    if (kind < 0.68) return quoted(time());
    if (kind < 0.69) return nested();
    if (depth > 3) return "0";
    return kind < 0.85
      ? object(keysOf(below(5)).map((key) => [key, value(depth + 1)]))
      : array(Array.from({ length: below(4) }, () => value(depth + 1)));
  };
  /** Deep, about the depth that is out of the ordinary. */
  const nested = (): string => {
    const depth = isOdd() ? 58 + below(10) : below(5);
    return random() < 0.5
      ? "[".repeat(depth) + "]".repeat(depth)
      : '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
  };
  const keysOf = (count: number): string[] =>
    Array.from(
      { length: count },
      () => isOdd() ? pick(KEYS) : pick(["a", "b", "region"]),
    );
  const object = (members: [key: string, json: string][]): string =>
    `{${
      members.map(([key, json]) =>
        `${gap()}${quoted(key)}${gap()}:${gap()}${json}${gap()}`
      ).join(",")
    }${gap()}}`;
  const array = (items: string[]): string =>
    `[${items.map((json) => gap() + json + gap()).join(",")}${gap()}]`;
  const metadata = (): string => {
    const keys = new Set(keysOf(below(5)));
    return object([...keys].map((key) => [key, value(1)]));
  };

  const shuffle = (items: unknown[]): void => {
    for (let left = items.length; left > 1; left--) {
      const [item] = items.splice(below(left), 1);
      items.push(item);
    }
  };

  const event = (): string => {
    const type = isOdd() ? pick(LINE_TYPES) : "click";
    const members: [string, string][] = [
      ["ts", quoted(time())],
      ["type", quoted(type)],
      ["user", quoted(isOdd() ? pick(STRINGS) : `u${below(20)}`)],
      ["value", number()],
    ];
    if (random() < 0.7) members.push(["metadata", metadata()]);
    if (type === "work") members.push(["work", isOdd() ? value(1) : WORK]);
    if (isOdd()) members.push([pick(KEYS), value(1)]);
    for (const member of members) {
      if (random() < wildness / 8) member[1] = value(0);
    }
    if (random() < wildness / 8) members.splice(below(members.length), 1);
    if (isOdd()) shuffle(members);
    return gap() + object(members) + gap();
  };

  /** The same with other values, here and there one of another kind. */
  const changed = (line: string): string =>
    line.replaceAll(TOKEN, (json, colon) => {
      if (colon !== undefined) return json;
      if (random() < wildness / 8) return value(4);
      if (random() < 0.5) return json;
      if (json.startsWith('"20')) return quoted(time());
      if (json.startsWith('"u')) return quoted(`u${below(2_000)}`);
      return /^-?\d/.test(json) ? number() : json;
    });

  /** The first line of the shape that goes on. */
  let first: string | undefined;
  const bytesOf = (text: string): Uint8Array => {
    const line = encoder.encode(text);
    if (random() >= wildness / 4 || line.length === 0) return line;
    const damages = [
      ...damagesAt(line, below(line.length), [pick(INTERESTING_BYTES)]),
    ];
    return pick(damages);
  };

  return {
    /** The bytes of the next line. */
    next(wild: number): Uint8Array {
      wildness = wild;
      return bytesOf(
        random() < wildness / 20 ? gap() + value(0) : event(),
      );
    },
    /** The same, of lines that for some time differ by their values alone. */
    nextAlike(wild: number): Uint8Array {
      if (first === undefined || random() < 0.05) {
        wildness = wild / 4;
        first = event();
      }
      wildness = wild;
      return bytesOf(changed(first));
    },
  };
}

/** A key with its colon, or a value that is no object and no array. */
const TOKEN =
  /"(?:[^"\\]|\\.)*"(?<colon>[ \t\r]*:)?|-?\d[\d.eE+-]*|true|false|null/g;

/**
 * A line damaged at one byte in each way: a bit turned, the byte cut, doubled, or
 * the last one that is left, and each of `others` in its place and before it.
 */
export function* damagesAt(
  line: Uint8Array,
  at: number,
  others: readonly number[],
): Generator<Uint8Array> {
  const replace = (from: number, to: number, ...bytes: number[]) =>
    Uint8Array.of(...line.subarray(0, from), ...bytes, ...line.subarray(to));
  const byte = line[at]!;
  for (let bit = 1; bit < 256; bit *= 2) yield replace(at, at + 1, byte ^ bit);
  yield replace(at, at + 1);
  yield replace(at, at, byte);
  yield line.slice(0, at);
  for (const other of others) {
    yield replace(at, at + 1, other);
    yield replace(at, at, other);
  }
}
