/**
 * Numbers for values that are used by groups: the texts of a key, the starts of
 * windows. A number is given again once no group uses it.
 *
 * @module
 */

/** Stands for no number. */
export const NONE = 0xffff_ffff;

/** Values that have numbers from 0. */
export interface Numbered<Value> {
  /** The number of a value; {@linkcode NONE} where none uses it. */
  find(value: Value): number;
  /** The number of a value for one more user. */
  take(value: Value): number;
  /** Says that one user less has it. */
  release(number: number): void;
  /** The value of a number that is used. */
  value(number: number): Value;
}

/** Values that come and go. */
export function createNumbered<Value>(): Numbered<Value> {
  const numbers = new Map<Value, number>();
  const values: Value[] = [];
  const users: number[] = [];
  const free: number[] = [];
  return {
    find: (value) => numbers.get(value) ?? NONE,
    take(value) {
      const known = numbers.get(value);
      if (known !== undefined) {
        users[known]!++;
        return known;
      }
      const number = free.pop() ?? values.length;
      numbers.set(value, number);
      values[number] = value;
      users[number] = 1;
      return number;
    },
    release(number) {
      if (--users[number]! > 0) return;
      numbers.delete(values[number]!);
      free.push(number);
    },
    value: (number) => values[number]!,
  };
}

/** Values that are all known: each has its place as its number. */
export function fixedNumbers<Value>(values: readonly Value[]): Numbered<Value> {
  const find = (value: Value) => {
    const number = values.indexOf(value);
    return number < 0 ? NONE : number;
  };
  return { find, take: find, release() {}, value: (at) => values[at]! };
}
