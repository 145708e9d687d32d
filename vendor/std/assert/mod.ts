/**
 * A stand-in for `jsr:@std/assert`, over node:assert and node:util.
 *
 * Only the assertions that the tests use; each takes what the real one takes
 * and throws the same class. The words of the messages differ.
 *
 * @module
 */

import { AssertionError as NodeAssertionError } from "node:assert";
import { inspect } from "node:util";

// deno-lint-ignore no-explicit-any -- as the real package has it: any class
type AnyConstructor = abstract new (...args: any[]) => any;
// deno-lint-ignore no-explicit-any -- the same, for errors
type ErrorConstructor<E extends Error> = new (...args: any[]) => E;

/** What every failed assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Fails unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** A value that is not truthy. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** Fails if `expr` is truthy. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) throw new AssertionError(msg);
}

/** Fails unless both are deeply equal; says where they differ. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (isEqual(actual, expected)) return;
  failWith("Values are not equal", msg, difference(actual, expected));
}

/** Fails if both are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!isEqual(actual, expected)) return;
  failWith(`Expected a value other than ${show(expected)}`, msg);
}

/** Fails unless both are the same value, as `Object.is` has it. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const problem = isEqual(actual, expected)
    ? "Values have the same structure but are not reference-equal"
    : "Values are not strictly equal";
  failWith(problem, msg, difference(actual, expected));
}

/** Fails on null and undefined. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual !== null && actual !== undefined) return;
  failWith(`Expected a value, got ${actual}`, msg);
}

/** Fails unless `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  failWith(
    `Expected an instance of "${expectedType.name}", got ${show(actual)}`,
    msg,
  );
}

/** Fails unless `expected` matches. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (expected.test(actual)) return;
  failWith(`Expected ${show(actual)} to match ${expected}`, msg);
}

/** Fails if `expected` matches. */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (!expected.test(actual)) return;
  failWith(`Expected ${show(actual)} not to match ${expected}`, msg);
}

/** Fails unless `actual` holds `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  failWith(`Expected ${show(actual)} to include ${show(expected)}`, msg);
}

/** What {@linkcode assertArrayIncludes} looks in. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** Fails unless `actual` holds an equal of each of `expected`. */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const present = Array.from(actual);
  const missing = Array.from(expected).filter((each) =>
    !present.some((one) => isEqual(each, one))
  );
  if (missing.length === 0) return;
  failWith(
    `Expected ${show(actual)} to include ${show(expected)}`,
    msg,
    `missing: ${show(missing)}`,
  );
}

/** Fails unless `actual` has each property of `expected`, deeply. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- as the real package has it
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  const part = pick(actual, expected);
  const whole = pick(expected, expected);
  if (isEqual(part, whole)) return;
  failWith("Values do not match", msg, difference(part, whole));
}

/** Fails unless both numbers are within `tolerance` of each other. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ??
    (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  if (Math.abs(expected - actual) <= allowed) return;
  failWith(
    `Expected ${actual} to be within ${allowed} of ${expected}`,
    msg,
  );
}

/** Fails unless `actual` > `expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (actual > expected) return;
  failWith(`Expected ${show(actual)} > ${show(expected)}`, msg);
}

/** Fails unless `actual` >= `expected`. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (actual >= expected) return;
  failWith(`Expected ${show(actual)} >= ${show(expected)}`, msg);
}

/** Fails unless `actual` < `expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (actual < expected) return;
  failWith(`Expected ${show(actual)} < ${show(expected)}`, msg);
}

/** Fails unless `actual` <= `expected`. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (actual <= expected) return;
  failWith(`Expected ${show(actual)} <= ${show(expected)}`, msg);
}

/**
 * Fails unless `fn` throws.
 *
 * @returns What it threw.
 */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/**
 * Fails unless `fn` throws an instance of `ErrorClass` whose message includes
 * `msgIncludes`.
 *
 * @returns What it threw.
 */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  ...wanted: Wanted
): unknown {
  try {
    fn();
  } catch (error) {
    checkError(error, wanted);
    return error;
  }
  failWith("Expected function to throw", messageOf(wanted));
}

/**
 * Fails unless the promise that `fn` returns rejects. To throw at once is a
 * failure too.
 *
 * @returns What it rejected with.
 */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/**
 * Fails unless the promise that `fn` returns rejects with an instance of
 * `ErrorClass` whose message includes `msgIncludes`.
 *
 * @returns What it rejected with.
 */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ...wanted: Wanted
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
    if (typeof promise?.then !== "function") throw new TypeError("no promise");
  } catch (error) {
    failWith(
      `Function throws when expected to reject (${error})`,
      messageOf(wanted),
    );
  }
  try {
    await promise;
  } catch (error) {
    checkError(error, wanted);
    return error;
  }
  failWith("Expected function to reject", messageOf(wanted));
}

/** Fails. */
export function fail(msg?: string): never {
  failWith("Failed assertion", msg);
}

/** Fails: what calls this should not run. */
export function unreachable(msg?: string): never {
  failWith("Unreachable", msg);
}

/** Fails: what calls this is still to be written. */
export function unimplemented(msg?: string): never {
  failWith("Unimplemented", msg);
}

type Wanted = [
  errorClassOrMsg?: ErrorConstructor<Error> | string,
  msgIncludes?: string,
  msg?: string,
];

function messageOf([errorClassOrMsg, , msg]: Wanted): string | undefined {
  return typeof errorClassOrMsg === "string" ? errorClassOrMsg : msg;
}

function checkError(error: unknown, wanted: Wanted): void {
  const [errorClass, msgIncludes] = wanted;
  if (typeof errorClass !== "function") return;
  const msg = messageOf(wanted);
  if (!(error instanceof Error)) {
    failWith(`A non-Error object was thrown: ${show(error)}`, msg);
  }
  const { name, message } = error;
  if (!(error instanceof errorClass)) {
    failWith(
      `Expected error to be instance of "${errorClass.name}", but was "${name}": ${message}`,
      msg,
    );
  }
  if (msgIncludes !== undefined && !message.includes(msgIncludes)) {
    failWith(
      `Expected error message to include ${show(msgIncludes)}, but got ${
        show(message)
      }`,
      msg,
    );
  }
}

function failWith(problem: string, msg?: string, details?: string): never {
  const head = msg ? `${problem}: ${msg}` : `${problem}.`;
  throw new AssertionError(details ? `${head}\n\n${details}` : head);
}

/**
 * Compares deeply, by the real package's rules. node:util's differ: for it 0 is
 * not -0, an object without a prototype not a plain one, and two errors with
 * the same message the same.
 *
 * @param assumed What is being compared further up, for values with cycles.
 */
function isEqual(
  a: unknown,
  b: unknown,
  assumed = new Map<unknown, unknown>(),
): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (prototypeOf(a) !== prototypeOf(b)) return false;
  if (assumed.get(a) === b) return true;
  assumed.set(a, b);
  const equal = hasEqualContent(a, b, assumed);
  if (!equal) assumed.delete(a);
  return equal;
}

function hasEqualContent<T extends Record<PropertyKey, unknown>>(
  a: T,
  b: T,
  assumed: Map<unknown, unknown>,
): boolean {
  if (a instanceof Date) return Object.is(Number(a), Number(b));
  if (a instanceof RegExp || a instanceof URL || a instanceof URLSearchParams) {
    return String(a) === String(b);
  }
  const bytes = [a, b].map(elementsOf);
  if (bytes[0] && bytes[1]) {
    return bytes[0].length === bytes[1].length &&
      bytes[0].every((each, at) => isEqual(each, bytes[1]![at]));
  }
  if (Object.keys(a).length !== Object.keys(b).length) return false;
  const entries = [a, b].map(entriesOf);
  if (entries[0] && entries[1]) {
    return hasEqualEntries(entries[0], entries[1], assumed);
  }
  return allKeys(a).union(allKeys(b)).values().every((key) =>
    key in a && key in b && isEqual(a[key], b[key], assumed)
  );
}

function elementsOf(value: unknown): unknown[] | undefined {
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  return Array.from(value as unknown as ArrayLike<unknown>);
}

function entriesOf(value: unknown): Map<unknown, unknown> | undefined {
  if (value instanceof Map) return value;
  return value instanceof Set ? new Map(value.entries()) : undefined;
}

function hasEqualEntries(
  a: Map<unknown, unknown>,
  b: Map<unknown, unknown>,
  assumed: Map<unknown, unknown>,
): boolean {
  if (a.size !== b.size) return false;
  return a.entries().every(([key, value]) => {
    if (!isObject(key)) {
      return b.has(key) && isEqual(value, b.get(key), assumed);
    }
    return b.entries().some(([otherKey, other]) =>
      isEqual(key, otherKey, assumed) && isEqual(value, other, assumed)
    );
  });
}

/** Returns the prototype; a plain object's for an object without any. */
function prototypeOf(value: object): unknown {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

/** Returns the keys of an object and of its classes, getters too. */
function allKeys(value: object): Set<PropertyKey> {
  const keys = new Set<PropertyKey>();
  let holder: object | null = value;
  while (
    holder !== null && holder !== Object.prototype && holder !== Array.prototype
  ) {
    for (const key of Reflect.ownKeys(holder)) keys.add(key);
    holder = Object.getPrototypeOf(holder);
  }
  return keys;
}

function show(value: unknown): string {
  return inspect(value, { depth: 10, sorted: true });
}

function difference(actual: unknown, expected: unknown): string {
  return new NodeAssertionError({
    actual,
    expected,
    operator: "deepStrictEqual",
  }).message;
}

/** A value that was picked from, for the shapes that refer to themselves. */
interface Pick {
  value: unknown;
  shape: unknown;
  picked: unknown;
}

/** Keeps of `value` what `shape` has too, with plain objects for instances. */
function pick(value: unknown, shape: unknown, picks: Pick[] = []): unknown {
  if (!isObject(value) || !isObject(shape)) return value;
  if (value instanceof RegExp || value instanceof Date) return value;
  const earlier = picks.find((each) =>
    each.value === value && each.shape === shape
  );
  if (earlier) return earlier.picked;
  if (value instanceof Set && shape instanceof Set) {
    return value.intersection(shape);
  }
  if (Array.isArray(value) && Array.isArray(shape)) {
    const picked: unknown[] = [];
    picks.push({ value, shape, picked });
    for (const [at, each] of value.slice(0, shape.length).entries()) {
      picked.push(pick(each, shape[at], picks));
    }
    return picked;
  }
  if (value instanceof Map && shape instanceof Map) {
    const picked = new Map();
    picks.push({ value, shape, picked });
    for (const [key, each] of value) {
      if (shape.has(key)) picked.set(key, pick(each, shape.get(key), picks));
    }
    return picked;
  }
  const picked: Record<PropertyKey, unknown> = {};
  picks.push({ value, shape, picked });
  for (const key of Reflect.ownKeys(value)) {
    if (!Object.hasOwn(shape, key)) continue;
    picked[key] = pick(value[key], shape[key], picks);
  }
  return picked;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
