/**
 * Holds vendor/std/assert to what `jsr:@std/assert` does: every case here is
 * true of both, so it also passes without `links` in deno.json. Uses no
 * assertion to check another: a test fails by an error of its own.
 */

import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
  unimplemented,
  unreachable,
} from "@std/assert";

/** Runs `check`. @returns What it threw; undefined if it passed. */
function failureOf(check: () => unknown): unknown {
  try {
    check();
  } catch (error) {
    return error;
  }
  return undefined;
}

async function rejectionOf(check: () => Promise<unknown>): Promise<unknown> {
  try {
    await check();
  } catch (error) {
    return error;
  }
  return undefined;
}

function need(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(complaint);
}

function needFailure(error: unknown, ...parts: string[]): void {
  if (!(error instanceof AssertionError)) {
    throw new Error(`Expected an AssertionError, got ${error}`);
  }
  for (const part of parts) {
    need(error.message.includes(part), `"${part}" is not in ${error.message}`);
  }
}

function withoutPrototype(values: Record<string, unknown>): unknown {
  return Object.assign(Object.create(null), values);
}

function cycle(value: unknown): unknown {
  const made: Record<string, unknown> = { value };
  made["self"] = made;
  return made;
}

abstract class Shape {}

class Circle extends Shape {}

class Point {
  readonly #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

class Other extends Point {}

const oneError = new Error("one");

const equal: [string, unknown, unknown][] = [
  ["numbers", 1, 1],
  ["NaN", NaN, NaN],
  ["both zeros", 0, -0],
  ["text", "a", "a"],
  ["lists", [1, [2]], [1, [2]]],
  ["objects in another order", { a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }],
  ["an object without a prototype", withoutPrototype({ a: 1 }), { a: 1 }],
  ["dates", new Date(5), new Date(5)],
  ["patterns", /a/g, /a/g],
  ["addresses", new URL("http://a/"), new URL("http://a")],
  ["bytes", new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  [
    "bytes at another offset",
    new Uint8Array([0, 1, 2]).subarray(1),
    new Uint8Array([1, 2]),
  ],
  ["buffers", new Uint8Array([1]).buffer, new Uint8Array([1]).buffer],
  ["sets in another order", new Set([1, 2]), new Set([2, 1])],
  [
    "sets of objects",
    new Set([{ a: 1 }, { a: 2 }]),
    new Set([{ a: 2 }, {
      a: 1,
    }]),
  ],
  ["maps", new Map([["a", [1]]]), new Map([["a", [1]]])],
  ["maps of objects", new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]])],
  ["cycles", cycle(1), cycle(1)],
  ["instances", new Point(1), new Point(1)],
  ["invalid dates", new Date(NaN), new Date(NaN)],
  ["floats", new Float64Array([NaN, 0]), new Float64Array([NaN, -0])],
  ["the same error", oneError, oneError],
  ["symbols as keys", { [Symbol.iterator]: 1 }, { [Symbol.iterator]: 1 }],
];
for (const [what, a, b] of equal) {
  Deno.test(`assertEquals() takes as equal ${what}`, () => {
    need(failureOf(() => assertEquals(a, b)) === undefined, "It failed");
    needFailure(failureOf(() => assertNotEquals(a, b)));
  });
}

const unequal: [string, unknown, unknown][] = [
  ["numbers", 1, 2],
  ["a number and its text", 1, "1"],
  ["null and undefined", null, undefined],
  ["null and an object", null, {}],
  ["an absent and an undefined property", {}, { a: undefined }],
  ["other absent properties", { a: undefined }, { b: undefined }],
  ["lists of other lengths", [1], [1, 2]],
  ["a list with a hole", [, 1], [undefined, 1]],
  ["a list and an object", [], {}],
  ["lists in another order", [1, 2], [2, 1]],
  ["symbols", { [Symbol("a")]: 1 }, { [Symbol("a")]: 1 }],
  ["buffers", new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
  ["nested values", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }],
  ["dates", new Date(5), new Date(6)],
  ["patterns", /a/g, /a/i],
  ["addresses", new URL("http://a"), new URL("http://b")],
  ["bytes", new Uint8Array([1]), new Uint8Array([2])],
  ["bytes and numbers", new Uint8Array([1]), [1]],
  ["sets", new Set([1]), new Set([2])],
  ["sets of objects", new Set([{ a: 1 }]), new Set([{ a: 2 }])],
  ["maps", new Map([["a", 1]]), new Map([["a", 2]])],
  ["a map and a set", new Map(), new Set()],
  ["cycles", cycle(1), cycle(2)],
  ["instances", new Point(1), new Point(2)],
  ["instances of other classes", new Point(1), new Other(1)],
  ["errors", new Error("one"), new Error("two")],
  ["functions", () => 1, () => 1],
];
for (const [what, a, b] of unequal) {
  Deno.test(`assertEquals() tells apart ${what}`, () => {
    needFailure(failureOf(() => assertEquals(a, b)));
    needFailure(failureOf(() => assertEquals(b, a)));
    need(failureOf(() => assertNotEquals(a, b)) === undefined, "It failed");
  });
}

const passing: [string, () => unknown][] = [
  ["assert() a truthy value", () => assert("x")],
  ["assertFalse() a falsy value", () => assertFalse(0)],
  ["assertStrictEquals() one object", () => {
    const value = {};
    assertStrictEquals(value, value);
  }],
  ["assertStrictEquals() NaN", () => assertStrictEquals(NaN, NaN)],
  ["assertExists() false", () => assertExists(false)],
  ["assertExists() empty text", () => assertExists("")],
  ["assertInstanceOf() a subclass", () => {
    assertInstanceOf(new RangeError(), Error);
  }],
  ["assertInstanceOf() an abstract class", () => {
    assertInstanceOf(new Circle(), Shape);
  }],
  ["assertMatch() a match", () => assertMatch("abc", /b/)],
  ["assertNotMatch() no match", () => assertNotMatch("abc", /d/)],
  ["assertStringIncludes() a part", () => assertStringIncludes("abc", "bc")],
  ["assertArrayIncludes() equal items", () => {
    assertArrayIncludes([{ a: 1 }, { a: 2 }], [{ a: 2 }]);
  }],
  ["assertArrayIncludes() bytes", () => {
    assertArrayIncludes(new Uint8Array([1, 2]), new Uint8Array([2]));
  }],
  ["assertObjectMatch() fewer properties", () => {
    assertObjectMatch({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1 } });
  }],
  ["assertObjectMatch() nothing asked", () => assertObjectMatch({ a: 1 }, {})],
  ["assertObjectMatch() items of a list", () => {
    assertObjectMatch({ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] });
  }],
  ["assertObjectMatch() the start of a list", () => {
    assertObjectMatch({ a: [1, 2, 3] }, { a: [1, 2] });
  }],
  ["assertObjectMatch() an instance", () => {
    assertObjectMatch({ error: new Error("x") }, { error: { message: "x" } });
  }],
  ["assertObjectMatch() sets and maps", () => {
    assertObjectMatch(
      { set: new Set([1, 2]), map: new Map([["a", { b: 1, c: 2 }]]) },
      { set: new Set([1]), map: new Map([["a", { b: 1 }]]) },
    );
  }],
  ["assertObjectMatch() a value for two shapes", () => {
    const value = { a: 1, b: 2 };
    assertObjectMatch({ x: value, y: value }, { x: { a: 1 }, y: { b: 2 } });
  }],
  ["assertObjectMatch() a cycle", () => {
    assertObjectMatch(
      cycle(1) as Record<string, unknown>,
      cycle(1) as Record<string, unknown>,
    );
  }],
  ["assertAlmostEquals() a rounding", () => {
    assertAlmostEquals(0.1 + 0.2, 0.3);
  }],
  ["assertAlmostEquals() the tolerance", () => assertAlmostEquals(1, 2, 1)],
  ["assertGreater() more", () => assertGreater(2, 1)],
  ["assertGreaterOrEqual() as much", () => assertGreaterOrEqual(1, 1)],
  ["assertLess() less", () => assertLess(1n, 2n)],
  ["assertLessOrEqual() as much", () => assertLessOrEqual("a", "a")],
];
for (const [what, check] of passing) {
  Deno.test(`${what} passes`, () => {
    const failure = failureOf(check);

    need(failure === undefined, `Failed: ${failure}`);
  });
}

const failing: [string, (msg?: string) => unknown][] = [
  ["assert() a falsy value", (msg) => assert(0, msg)],
  ["assertFalse() a truthy value", (msg) => assertFalse("x", msg)],
  ["assertEquals() unequal", (msg) => assertEquals([1], [2], msg)],
  ["assertNotEquals() equal", (msg) => assertNotEquals([1], [1], msg)],
  ["assertStrictEquals() an equal", (msg) => assertStrictEquals({}, {}, msg)],
  ["assertStrictEquals() zeros", (msg) => assertStrictEquals(0, -0, msg)],
  ["assertExists() null", (msg) => assertExists(null, msg)],
  ["assertExists() undefined", (msg) => assertExists(undefined, msg)],
  ["assertInstanceOf() another class", (msg) => {
    assertInstanceOf(new Date(), RegExp, msg);
  }],
  ["assertInstanceOf() null", (msg) => assertInstanceOf(null, RegExp, msg)],
  ["assertMatch() no match", (msg) => assertMatch("abc", /d/, msg)],
  ["assertNotMatch() a match", (msg) => assertNotMatch("abc", /b/, msg)],
  ["assertStringIncludes() no part", (msg) => {
    assertStringIncludes("abc", "cb", msg);
  }],
  ["assertArrayIncludes() a missing item", (msg) => {
    assertArrayIncludes([1, 2], [2, 3], msg);
  }],
  ["assertObjectMatch() a missing property", (msg) => {
    assertObjectMatch({ a: {} }, { a: { b: undefined } }, msg);
  }],
  ["assertObjectMatch() another value", (msg) => {
    assertObjectMatch({ a: { b: 1 }, c: 2 }, { a: { b: 2 } }, msg);
  }],
  ["assertObjectMatch() a longer list", (msg) => {
    assertObjectMatch({ a: [1] }, { a: [1, 2] }, msg);
  }],
  ["assertObjectMatch() a value for an object", (msg) => {
    assertObjectMatch({ a: 1 }, { a: {} }, msg);
  }],
  ["assertObjectMatch() null for an object", (msg) => {
    assertObjectMatch({ a: null }, { a: { b: 1 } }, msg);
  }],
  ["assertObjectMatch() another pattern", (msg) => {
    assertObjectMatch({ a: /x/ }, { a: /y/ }, msg);
  }],
  ["assertObjectMatch() another set", (msg) => {
    assertObjectMatch({ a: new Set([1]) }, { a: new Set([2]) }, msg);
  }],
  ["assertAlmostEquals() another", (msg) => {
    assertAlmostEquals(1, 1.1, undefined, msg);
  }],
  ["assertAlmostEquals() NaN", (msg) => {
    assertAlmostEquals(NaN, 1, 9, msg);
  }],
  ["assertGreater() as much", (msg) => assertGreater(1, 1, msg)],
  ["assertGreaterOrEqual() less", (msg) => assertGreaterOrEqual(0, 1, msg)],
  ["assertLess() as much", (msg) => assertLess(1, 1, msg)],
  ["assertLessOrEqual() more", (msg) => assertLessOrEqual(2, 1, msg)],
  ["assertThrows() nothing", (msg) => assertThrows(() => {}, msg)],
  ["assertThrows() nothing of a class", (msg) => {
    assertThrows(() => {}, Error, undefined, msg);
  }],
  ["assertThrows() a promise that rejects", (msg) => {
    assertThrows(() => Promise.reject(new Error("x")).catch(() => {}), msg);
  }],
  ["assertThrows() another class", (msg) => {
    assertThrows(
      () => {
        throw new TypeError("x");
      },
      RangeError,
      "x",
      msg,
    );
  }],
  ["assertThrows() another message", (msg) => {
    assertThrows(
      () => {
        throw new TypeError("x");
      },
      TypeError,
      "y",
      msg,
    );
  }],
  ["assertThrows() what is no error", (msg) => {
    assertThrows(
      () => {
        throw "x";
      },
      Error,
      "x",
      msg,
    );
  }],
  ["fail()", fail],
  ["unreachable()", unreachable],
  ["unimplemented()", unimplemented],
];
for (const [what, check] of failing) {
  Deno.test(`${what} fails`, () => {
    needFailure(failureOf(() => check()));
    needFailure(failureOf(() => check("the reason")), "the reason");
  });
}

Deno.test("assertEquals() shows both values", () => {
  const failure = failureOf(() =>
    assertEquals({ name: "same", left: 11 }, { name: "same", left: 22 })
  );

  needFailure(failure, "same", "11", "22", "-", "+");
});

Deno.test("assertThrows() returns the error", () => {
  const returned: RangeError = assertThrows(
    () => {
      throw Object.assign(new RangeError("too far"), { code: 7 });
    },
    RangeError,
    "far",
  );

  need((returned as { code?: number }).code === 7, "Another error");
});

Deno.test("assertThrows() without a class takes what is no error", () => {
  const returned: unknown = assertThrows(() => {
    throw "x";
  });

  need(returned === "x", "Another value");
});

Deno.test("assertRejects() returns the error", async () => {
  const returned: RangeError = await assertRejects(
    () => Promise.reject(new RangeError("too far")),
    RangeError,
    "far",
  );

  need(returned.message === "too far", "Another error");
});

Deno.test("assertRejects() without a class takes what is no error", async () => {
  const returned: unknown = await assertRejects(() => Promise.reject("x"));

  need(returned === "x", "Another value");
});

const notRejecting: [string, (msg?: string) => Promise<unknown>][] = [
  ["a promise that resolves", (msg) => {
    return assertRejects(() => Promise.resolve(), msg);
  }],
  ["a function that throws at once", (msg) => {
    return assertRejects(
      () => {
        throw new TypeError("x");
      },
      TypeError,
      "x",
      msg,
    );
  }],
  ["a function without a promise", (msg) => {
    return assertRejects((() => 1) as unknown as () => Promise<void>, msg);
  }],
  ["another class", (msg) => {
    return assertRejects(
      () => Promise.reject(new TypeError("x")),
      RangeError,
      "x",
      msg,
    );
  }],
  ["another message", (msg) => {
    return assertRejects(
      () => Promise.reject(new TypeError("x")),
      TypeError,
      "y",
      msg,
    );
  }],
  ["a rejection with what is no error", (msg) => {
    return assertRejects(() => Promise.reject("x"), Error, "x", msg);
  }],
];
for (const [what, check] of notRejecting) {
  Deno.test(`assertRejects() fails for ${what}`, async () => {
    needFailure(await rejectionOf(() => check()));
    needFailure(await rejectionOf(() => check("the reason")), "the reason");
  });
}

Deno.test("The assertions narrow types", () => {
  const unknown: unknown = new RangeError("x");
  const optional = [1].find((each) => each > 0);
  const result = { ok: true } as { ok: true; value?: 1 } | { ok: false };

  assertInstanceOf(unknown, RangeError);
  assertExists(optional);
  assert(result.ok);
  assertStrictEquals<unknown>(unknown.message, "x");

  need(unknown.message.length + optional === 2, "Another value");
  need(result.value === undefined, "Another value");
});

Deno.test("AssertionError has its name and cause", () => {
  const error = new AssertionError("x", { cause: 1 });

  need(error.name === "AssertionError", "Another name");
  need(error.cause === 1, "Another cause");
});
