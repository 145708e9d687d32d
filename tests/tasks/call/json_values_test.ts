import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../runtime/program/errors.ts";
import { readJsonValues } from "../../../tasks/call/json_values.ts";

const lineOf = (line: number) => `line ${line}`;

const CUT: [string, [text: string, line: number][]][] = [
  ["", []],
  [" \n\n", []],
  ["{}", [["{}", 1]]],
  ['{"a":1}\n{"a":2}\n', [['{"a":1}', 1], ['{"a":2}', 2]]],
  ["{}{}[]", [["{}", 1], ["{}", 1], ["[]", 1]]],
  ['\n{\n"a": "}"\n}\n\n 12 ', [['{\n"a": "}"\n}', 2], ["12", 6]]],
  ['"a\\"b" "c"', [['"a\\"b"', 1], ['"c"', 1]]],
  ["true\nnull 1", [["true", 1], ["null", 2], ["1", 2]]],
  ['{"a":"\\\\"} {}', [['{"a":"\\\\"}', 1], ["{}", 1]]],
  ["] {}", [["]", 1], ["{}", 1]]],
];

for (const [text, expected] of CUT) {
  Deno.test(`readJsonValues() cuts ${JSON.stringify(text)}`, async () => {
    const values = await Array.fromAsync(readJsonValues([text], lineOf));

    assertEquals(
      values,
      expected.map(([text, line]) => ({ text, place: lineOf(line) })),
    );
  });
}

for (const [text, line] of [['{"a":', 1], ['{}\n"a', 2], ["\n\n[[]", 3]]) {
  Deno.test(`readJsonValues() refuses ${JSON.stringify(text)}`, async () => {
    await assertRejects(
      () => Array.fromAsync(readJsonValues([`${text}`], lineOf)),
      UsageError,
      `Cannot read a request from line ${line}: it has no end`,
    );
  });
}

Deno.test("readJsonValues() gives a value before the text goes on", async () => {
  const pieces = async function* () {
    yield '{"a":1}';
    await new Promise(() => {});
  };

  const { value } = await readJsonValues(pieces(), lineOf).next();

  assertEquals(value, { text: '{"a":1}', place: "line 1" });
});

Deno.test("readJsonValues() finds the values of a text, however it is divided", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.jsonValue()),
    fc.constantFrom(" ", "\n", "\r\n", "\n\n"),
    fc.array(fc.nat(200)),
    async (values, between, cuts) => {
      const text = values.map((each) => JSON.stringify(each)).join(between);
      const places = [0, ...cuts, text.length].toSorted((a, b) => a - b);
      const pieces = places.slice(1).map((end, at) =>
        text.slice(places[at], end)
      );

      const found = await Array.fromAsync(readJsonValues(pieces, lineOf));

      assertEquals(found.map(({ text }) => JSON.parse(text)), values);
    },
  ));
});
