import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { schemaJsonSchema } from "../../../stages/schema/schema_document.ts";
import { parseSchema } from "../../../stages/schema/schema_file.ts";

Deno.test("a schema file says what the events are", () => {
  const schema = parseSchema(
    `
time: { field: time, format: epoch_ms }
key: [route, { field: response.status, one_of: [200, 404] }, { field: [a.b], name: ab }]
values:
  bytes: { of: [count, sum, sum] }
  ms: { field: took.ms, of: [avg, p50, p99.9], as: number }
max_groups: 7
other: true
required: [time, route, { field: user, as: text }, host]
`,
    "schema.yaml",
  );

  assertEquals(schema, {
    time: { path: ["time"], format: "epoch_ms", required: true },
    keys: [
      { name: "route", path: ["route"], oneOf: [], required: true },
      {
        name: "status",
        path: ["response", "status"],
        oneOf: ["200", "404"],
        required: true,
      },
      { name: "ab", path: ["a.b"], oneOf: [], required: false },
    ],
    values: [
      {
        name: "bytes",
        path: ["bytes"],
        as: "integer",
        of: ["count", "sum"],
        required: false,
      },
      {
        name: "ms",
        path: ["took", "ms"],
        as: "number",
        of: ["avg", "p50", "p99.9"],
        required: false,
      },
    ],
    required: [{ path: ["user"], as: "text" }, { path: ["host"], as: "" }],
    maxGroups: 7,
    other: true,
    builtIn: false,
    windows: null,
  });
});

Deno.test("what a schema file leaves out is as little as can be", () => {
  assertEquals(parseSchema("key: [route]", "schema.yaml"), {
    time: null,
    keys: [{ name: "route", path: ["route"], oneOf: [], required: false }],
    values: [],
    required: [],
    maxGroups: 100_000,
    other: false,
    builtIn: false,
    windows: null,
  });
});

Deno.test("a time alone is enough to count by windows", () => {
  const { time, keys, values } = parseSchema("time: { field: t }", "s.yaml");

  assertEquals(time, { path: ["t"], format: "rfc3339", required: false });
  assertEquals([keys, values], [[], []]);
});

const WRONG: [text: string, problems: string[]][] = [
  ["", [
    "expected a key, values, or a time to count by windows: nothing of an event is named",
  ]],
  ["key: &a [*a]", ["a part of it holds itself, by an alias"]],
  ["key: [a]\n---\nkey: [b]", [
    "it holds several documents, and one is expected",
  ]],
  [
    "values: { __proto__: { of: [sum] }, b: { of: sum } }",
    [
      "values.__proto__: expected another name, and field: __proto__ with it",
      'values.b.of: expected a list of figures, found "sum"',
    ],
  ],
  [
    "required: [{ field: a }]",
    ["required[0].as: is missing; expected text, number, boolean"],
  ],
  ["[1", ["end of the stream"]],
  ["- a", ['expected time, key, values, found ["a"]']],
  [
    "keys: [a]\nvalue: {}",
    [
      'unknown key "keys"; did you mean "key"?',
      'unknown key "value"; did you mean "values"?',
    ],
  ],
  [
    "key: route\nvalues: { ms: { of: [p95, p101, mean] }, b: [sum] }\nmax_groups: 0",
    [
      'key: expected a list of fields, found "route"',
      'values.ms.of[1]: expected count, sum, avg, min, max, or a percentile such as p95, found "p101"',
      'values.ms.of[2]: expected count, sum, avg, min, max, or a percentile such as p95, found "mean"',
      'values.b: expected a map with of, found ["sum"]',
      "max_groups: expected at least 1, found 0",
    ],
  ],
  [
    "time: { format: iso }\nkey: [a..b, 7]",
    [
      "time.field: is missing; expected a field, such as status or request.host",
      'time.format: expected rfc3339, epoch_s, epoch_ms, found "iso"',
      'key[0]: expected a field, such as status or request.host, found "a..b"',
      "key[1]: expected a field, or a map with field, found 7",
    ],
  ],
  [
    "key: [a, b.a]\nvalues: { count: { of: [sum] }, b: { of: [sum] } }",
    [
      'key[1]: "a" is there already, as key[0]; give one another name',
      'values.count: the results have a "count" of their own; give it another name',
      '"b.a" lies within "b", which cannot be a value too',
    ],
  ],
];

for (const [text, problems] of WRONG) {
  Deno.test(`a schema file that is wrong is told so: ${JSON.stringify(text)}`, () => {
    const { message } = assertThrows(
      () => parseSchema(text, "schema.yaml"),
      UsageError,
    );

    const [head, ...lines] = message.split("\n");
    assertEquals(head, 'Cannot read the schema "schema.yaml":');
    if (text === "[1") assertEquals(lines.length, 1);
    else assertEquals(lines.map((line) => line.trim()), problems);
  });
}

Deno.test("events.schema.json is current; `deno task schema` writes it", async () => {
  const written = await Deno.readTextFile(
    new URL("../../../events.schema.json", import.meta.url),
  );

  assertEquals(written, schemaJsonSchema());
});
