import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { numberSource } from "../../../stages/parse/number_source.ts";
import { anyText } from "../../support/arbitraries.ts";

const SOURCES: Record<string, [json: string, source: string | undefined]> = {
  "as it is written": ['{"value":9007199254740993}', "9007199254740993"],
  "with all its signs": ['{"value":-1.50E+3}', "-1.50E+3"],
  "with space around": ['{ "value"\t:\r\n 1e3 , "b":2}', "1e3"],
  "the last of several": ['{"value":1,"value":2,"b":3}', "2"],
  "nothing where the last is no number": [
    '{"value":1,"value":"2"}',
    undefined,
  ],
  "nothing where there is none": ['{"valu":1}', undefined],
  "nothing from an object within": ['{"a":{"value":1}}', undefined],
  "nothing from a list within": ['{"a":[{"value":1},"value"]}', undefined],
  "nothing from a text": ['{"a":"{\\"value\\":1}"}', undefined],
  "a key written with escapes": ['{"v\\u0061lu\\u0065":7}', "7"],
  "a key after a text that ends in a backslash": [
    '{"a":"\\\\","value":8}',
    "8",
  ],
  "a key after a text of quotes and braces": [
    '{"a":"}\\"]{[","value":8}',
    "8",
  ],
  "a key that is also a value": ['{"a":"value","value":8}', "8"],
};

for (const [name, [json, expected]] of Object.entries(SOURCES)) {
  Deno.test(`numberSource() finds ${name}`, () => {
    JSON.parse(json);

    assertEquals(numberSource(json, ["value"]), expected);
  });
}

Deno.test("numberSource() finds the number that JSON.parse reads", () => {
  const key = fc.constantFrom("value", "a", "", "__proto__");
  const inner = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(key, fc.jsonValue()),
    anyText(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(fc.property(fc.array(fc.tuple(key, inner)), (entries) => {
    const json = `{${
      entries.map(([key, each]) =>
        `${JSON.stringify(key)}: ${JSON.stringify(each, null, 1)}`
      ).join(" , ")
    }}`;
    const { value } = JSON.parse(json);

    const source = numberSource(json, ["value"]);

    assertEquals(
      source === undefined ? undefined : Number(source),
      typeof value === "number" ? value : undefined,
    );
  }));
});

Deno.test("numberSource() is not deeper than the text it reads", () => {
  const deep = `${"[".repeat(1e6)}${"]".repeat(1e6)}`;

  assertEquals(numberSource(`{"a":${deep},"value":5}`, ["value"]), "5");
});

const NESTED: [json: string, source: string | undefined][] = [
  ['{"a":{"b":1.50}}', "1.50"],
  ['{"b":1,"a":{"c":{"b":2},"b":3},"x":{"a":{"b":4}}}', "3"],
  ['{"a":{"b":1},"a":{"b":2}}', "2"],
  ['{"a":{"b":1},"a":5}', undefined],
  ['{"a":[{"b":1}]}', undefined],
  ['{"a":{"b":{"b":1}}}', undefined],
  ['{"\\u0061":{"b" : 7}}', "7"],
];

for (const [json, source] of NESTED) {
  Deno.test(`numberSource() finds ${source} at a path of ${json}`, () => {
    assertEquals(numberSource(json, ["a", "b"]), source);
  });
}
