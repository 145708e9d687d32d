/**
 * Holds vendor/std/yaml to what `jsr:@std/yaml` does: every case here is true
 * of both, so it also passes without `links` in deno.json.
 *
 * To see that where JSR cannot be reached: in a copy of the project, let `links`
 * name the folders yaml, cli, assert, internal, text and fmt of a checkout of
 * denoland/std, remove deno.lock, and run any tests.
 */

import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { parse, stringify } from "@std/yaml";

const documents: [string, string, unknown][] = [
  ["nothing", "", null],
  ["only white space", " \n\n ", null],
  ["only a comment", "# nothing here", null],
  ["an empty value", "a:", { a: null }],
  ["scalars", "[1, 1.5, -3, 0x1F, true, ~, text, '1', .inf]", [
    1,
    1.5,
    -3,
    31,
    true,
    null,
    "text",
    "1",
    Infinity,
  ]],
  ["words that YAML 1.1 read as booleans", "[yes, no, on, off]", [
    "yes",
    "no",
    "on",
    "off",
  ]],
  [
    "nested blocks",
    "services:\n  - name: a\n    args: [x, y]\n  - name: b\n",
    { services: [{ name: "a", args: ["x", "y"] }, { name: "b" }] },
  ],
  ["a block of text", "text: |\n  one\n  two\n", { text: "one\ntwo\n" }],
  ["a folded text", "text: >-\n  one\n  two\n", { text: "one two" }],
  ["an anchor", "a: &x {k: 1}\nb: *x", { a: { k: 1 }, b: { k: 1 } }],
  ["a merge", "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3", {
    a: { k: 1, l: 2 },
    b: { k: 1, l: 3 },
  }],
  ["a date", "2002-12-14", new Date("2002-12-14")],
  ["a byte order mark", "\uFEFFa: 1", { a: 1 }],
  ["Windows line ends", "a: 1\r\nb: 2\r\n", { a: 1, b: 2 }],
  ["a duration", "1m30s", "1m30s"],
  ["a time of day as text", "[1:15, -1:15:20]", ["1:15", "-1:15:20"]],
  ["a host and port as text", "127.0.0.1:8080", "127.0.0.1:8080"],
  ["the integers of YAML 1.1", "[1_000, 012, 0b11]", [1000, 10, 3]],
  ["bytes", "!!binary SGVsbG8=", new TextEncoder().encode("Hello")],
  ["document marks", "---\na: 1\n...", { a: 1 }],
];
for (const [what, text, expected] of documents) {
  Deno.test(`parse() reads ${what}`, () => {
    assertEquals(parse(text), expected);
  });
}

const badDocuments: [string, string, RegExp][] = [
  ["an open list", "a: [1, 2", /\w+.* at line 2, column 1:/],
  ["a wrong indent", "a: 1\n  b: 2", /\w+.* at line 2, column \d+:/],
  ["a key given twice", "a: 1\nb: 2\na: 3", /dup.*at line 3, column \d+:/i],
  ["a nested key given twice", "x:\n  a: 1\n  a: 2", /dup.*at line 3, /i],
  ["an alias without anchor", "a: *x", /"x" at line 1, column \d+:/],
  ["a second document", "a: 1\n---\nb: 2", /single document/],
];
for (const [what, text, message] of badDocuments) {
  Deno.test(`parse() refuses ${what}`, () => {
    const error = assertThrows(() => parse(text), SyntaxError);

    assertEquals(message.test(error.message), true, error.message);
  });
}

Deno.test("parse() lets a later key win when told so", () => {
  const data = parse("a: 1\na: 2", { allowDuplicateKeys: true });

  assertEquals(data, { a: 2 });
});

Deno.test("parse() keeps __proto__ an ordinary key", () => {
  const data = parse("__proto__: {a: 1}") as Record<string, unknown>;

  assertEquals(Object.keys(data), ["__proto__"]);
  assertEquals(data.a, undefined);
});

Deno.test("parse() reports what it only warns of", () => {
  const warnings: Error[] = [];

  parse("%YAML 1.9\n---\na: 1", { onWarning: (each) => warnings.push(each) });

  assertEquals(warnings.length, 1);
  assertInstanceOf(warnings[0], Error);
});

const data: [string, unknown, string][] = [
  ["a scalar", 42, "42\n"],
  ["null", null, "null\n"],
  ["a mapping", { a: 1, b: "text" }, "a: 1\nb: text\n"],
  ["a list", { a: [1, "b"] }, "a:\n  - 1\n  - b\n"],
  ["nothing in it", { a: [], b: {} }, "a: []\nb: {}\n"],
  ["text like a number", { a: "1" }, "a: '1'\n"],
  ["text like a boolean", ["true", "yes"], "- 'true'\n- 'yes'\n"],
  ["lines", "one\ntwo", "|-\n  one\n  two\n"],
  ["a date", new Date("2021-01-01"), "2021-01-01T00:00:00.000Z\n"],
  ["text like an octal number", ["012"], "- '012'\n"],
  ["bytes", new Uint8Array([1, 2, 3]), "!<tag:yaml.org,2002:binary> AQID\n"],
];
for (const [what, value, expected] of data) {
  Deno.test(`stringify() writes ${what}`, () => {
    const text = stringify(value);

    assertEquals(text, expected);
    assertEquals(parse(text), value);
  });
}

// Versions of the package differ in how they write these, not in what they mean.
for (
  const value of ["🐱", "caf\u00e9", "\u{1F468}\u200D\u{1F469}", "tab\there"]
) {
  Deno.test(`stringify() writes ${JSON.stringify(value)} so that parse() reads it`, () => {
    assertEquals(parse(stringify({ text: [value] })), { text: [value] });
  });
}

const shared = { k: 1 };
const options: [string, string, string][] = [
  ["indent", stringify({ a: { b: 1 } }, { indent: 4 }), "a:\n    b: 1\n"],
  ["arrayIndent", stringify({ a: [1] }, { arrayIndent: false }), "a:\n- 1\n"],
  ["flowLevel", stringify({ a: [1, 2] }, { flowLevel: 1 }), "a: [1, 2]\n"],
  ["sortKeys", stringify({ b: 1, a: 2 }, { sortKeys: true }), "a: 2\nb: 1\n"],
  ["compatMode", stringify("yes", { compatMode: false }), "yes\n"],
  [
    "useAnchors",
    stringify([shared, shared], { useAnchors: false }),
    "- k: 1\n- k: 1\n",
  ],
  ["skipInvalid", stringify({ a: undefined }, { skipInvalid: true }), "{}\n"],
  [
    "lineWidth",
    stringify({ a: "one two three" }, { lineWidth: 8 }),
    "a: >-\n  one two\n  three\n",
  ],
];
for (const [option, text, expected] of options) {
  Deno.test(`stringify() takes ${option}`, () => {
    assertEquals(text, expected);
  });
}

for (const value of [undefined, () => {}]) {
  Deno.test(`stringify() refuses ${typeof value}, nested too`, () => {
    const message = `Cannot stringify ${typeof value}`;

    assertThrows(() => stringify(value), TypeError, message);
    assertThrows(() => stringify({ a: [value] }), TypeError, message);
  });
}
