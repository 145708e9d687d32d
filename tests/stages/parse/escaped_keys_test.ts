import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createParse } from "../../../stages/parse/parse.ts";
import {
  hasEscapedKey,
  parseEscapedKeys,
} from "../../../stages/parse/escaped_keys.ts";
import { rawBatch } from "../../support/raw_batch.ts";
import { customSchema } from "../../support/schemas.ts";

Deno.test("an escaped key is not taken for the one that the object before had there", () => {
  const parse = createParse({
    schema: customSchema([], {}, {
      keys: [{ name: "a", path: ["m", "a"], oneOf: [], required: false }],
    }),
    fields: [],
  });
  // The first makes V8 expect a backslash as the second key.
  const lines = ['{"m":{"b":1,"\\\\":2}}', '{"m":{"b":1,"\\u0061":"right"}}'];

  const { keys } = parse(rawBatch(`${lines.join("\n")}\n`));

  const [{ dictionary, index }] = keys as [typeof keys[0] & object];
  assertEquals([...index].map((entry) => dictionary[entry]), [
    "null",
    '"right"',
  ]);
});

for (
  const [json, expected] of [
    ['{"a":"\\\\"}', false],
    ['{"a":"\\"b\\":1"}', false],
    ['{"a":["\\n","\\t"],"b":"\\\\"}', false],
    ['{"a":"\\n","\\u0062":1}', true],
    ['{"a":{"\\\\":1}}', true],
    ['{"a\\"" \t:1}', true],
    ["{}", false],
  ] as const
) {
  Deno.test(`hasEscapedKey() of ${json} is ${expected}`, () => {
    assertEquals(hasEscapedKey(json), expected);
  });
}

Deno.test("parseEscapedKeys() reads what JSON.stringify() writes, however it is escaped", () => {
  fc.assert(fc.property(
    fc.jsonValue({ noUnicodeString: false }),
    fc.nat(),
    (value, seed) => {
      const json = escaped(JSON.stringify(value), seed);

      assertEquals(
        JSON.stringify(parseEscapedKeys(json)),
        JSON.stringify(value),
      );
    },
  ));
});

Deno.test("parseEscapedKeys() reads deep nesting, and of two keys the last", () => {
  const depth = 100_000;
  const deep = `{"\\u0061":${"[".repeat(depth)}${"]".repeat(depth)},"a":1.50}`;

  assertEquals({ ...parseEscapedKeys(deep) as object }, { a: 1.5 });
});

/** Writes some letters as escapes, and blanks between the tokens. */
function escaped(json: string, seed: number): string {
  return json.replaceAll(/[a-z]/g, (letter, at: number) => {
    const inString = json.slice(0, at).replaceAll(/\\./g, "")
          .split('"').length % 2 === 0;
    if (!inString || json[at - 1] === "\\" || (at + seed) % 3 > 0) {
      return letter;
    }
    const isOfEscape = /\\u[0-9a-f]{0,3}$/.test(json.slice(0, at));
    return isOfEscape
      ? letter
      : `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
