/**
 * Makes rules of every kind for the events of event_lines.ts, from random
 * numbers.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { findField } from "../../stages/rules/fields.ts";
import { formatField } from "../../stages/schema/schema.ts";

type Json = unknown;

const TEXTS = ["click", "work", "u1", "u2", "u7", "a b", "käse", 'say "hi"'];
/** Their order is another one by their characters than by their UTF-16 units. */
const HIGH_TEXTS = ["", "\u{1d4b3}", "\uffee", "é\u{1d4b3}"];
const TIMES = ["2026-01-11T12:00:00Z", "2026-01-20t00:00:00.25+01:30"];
const NUMBERS = [0, -0, 7, 42, 1.5, -5, 500, 1e300, 2 ** 53, 1e21, 1.5e-7];
const BOUNDS = ["lt", "lte", "gt", "gte"];
const TESTS = ["eq", "ne", "in", "not_in", "exists", ...BOUNDS];
const BUILT_IN = ["type", "value", "user", "ts", "metadata.a", "metadata.a.b"];
const OWN = ["user", "type", "value", "ts", "a", "metadata.a", "ä"];
/** What is wrong almost anywhere. */
const MISTAKES = [
  ...[null, [], {}, NaN, Infinity, "", "soon", [1, "x", null], [[]]],
  ...[{ foo: 1 }, { lt: true }, { in: 5 }, { in: [] }, { exists: 1 }],
  ...[{ eqq: 1, lt: 2 }, 12345678901234567890],
];
const WRONG_NAMES = ["", "tipe", "metadata", "a..b", "7", "a b", "when"];
/** A tag may have that many values, and no more. */
const MANY_VALUES = Array.from({ length: 130 }, (_, at) => `value${at}`);

/**
 * Makes the rules of a file.
 *
 * @param wrong How much of them is wrong, from 0 to 1.
 */
export function randomRules(
  random: () => number,
  schema: Schema,
  wrong: number,
): Json {
  const isWrong = () => random() < wrong;
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)]!;
  const times = <Item>(least: number, most: number, make: () => Item) =>
    Array.from({ length: least + Math.floor(random() * (most + 1)) }, make);
  const { time, keys, values, required } = schema;
  const named = [...time ? [time] : [], ...keys, ...values, ...required]
    .map(({ path }) => formatField(path))
    .filter((name) => /^[^.]+(\.[^.]+)*$/.test(name));
  const field = (): string => {
    if (isWrong()) return pick(WRONG_NAMES);
    if (schema.builtIn) return pick(BUILT_IN);
    return pick(random() < 0.7 ? [...named, "user"] : OWN);
  };
  const operand = (kind: string, isBound: boolean): Json => {
    if (isWrong()) return pick(MISTAKES);
    const number = () => random() < 0.5 ? random() * 1_000 | 0 : pick(NUMBERS);
    const text = () => pick(random() < 0.7 ? TEXTS : [...HIGH_TEXTS, ...TIMES]);
    if (kind === "number") return number();
    if (kind === "text") return text();
    if (kind === "time") return random() < 0.7 ? pick(TIMES) : number();
    return !isBound && random() < 0.2
      ? random() < 0.5
      : random() < 0.5
      ? text()
      : number();
  };
  const test = (kind: string, name: string): Json => {
    if (name === "exists") return random() < 0.5;
    if (name.endsWith("in")) return times(1, 3, () => operand(kind, false));
    return operand(kind, BOUNDS.includes(name));
  };
  const condition = (name: string): Json => {
    if (isWrong()) return pick(MISTAKES);
    const { kind } = findField(name, schema);
    if (random() < 0.3) return operand(kind, false);
    if (random() < 0.2) return times(1, 3, () => operand(kind, false));
    const names = times(1, 1, () => isWrong() ? "eqq" : pick(TESTS));
    return Object.fromEntries(names.map((each) => [each, test(kind, each)]));
  };
  const setting = (): [name: string, value: Json][] => {
    const key = pick(keys);
    if (!schema.builtIn && key && random() < 0.4) {
      const { oneOf } = key;
      const value = isWrong()
        ? pick(MISTAKES)
        : oneOf.length > 0
        ? JSON.parse(pick(oneOf))
        : pick([...TEXTS, ...HIGH_TEXTS, ...NUMBERS, true]);
      return [[key.name, value]];
    }
    if (isWrong()) return [[pick(WRONG_NAMES), pick(MISTAKES)]];
    if (random() < 0.1) return MANY_VALUES.map((value) => ["many", value]);
    return [[
      pick(["tier", "size"]),
      pick(["x", "1.10", "true", "é\u{1d4b3}"]),
    ]];
  };
  return times(1, 5, () => 0).map((_, at) => {
    const when = times(0, 2, field).map((name) => [name, condition(name)]);
    const isDrop = random() < 0.4;
    const set = Object.fromEntries(times(1, 2, setting).flat());
    return {
      name: isWrong() ? pick(WRONG_NAMES) : `r${at}`,
      ...(when.length > 0 || random() < 0.5
        ? { when: Object.fromEntries(when) }
        : {}),
      ...(isWrong() ? { wen: 1 } : {}),
      ...(isDrop ? { drop: isWrong() ? pick([false, 1, null]) : true } : {}),
      ...(!isDrop || isWrong() ? { set } : {}),
    };
  });
}
