import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  configReference,
  type JsonSchema,
} from "../../../tasks/generated/config_reference.ts";
import { configPage } from "../../../tasks/generated/schema.ts";

Deno.test("docs/config.md is current; `deno task schema` writes it", async () => {
  const written = await Deno.readTextFile(
    new URL("../../../docs/config.md", import.meta.url),
  );

  assertEquals(written, await configPage());
});

/** Returns the row of one key, its cells joined by " | ". */
function rowOf(schema: JsonSchema): string {
  const page = configReference({
    properties: { key: { description: "Meaning", ...schema } },
  });
  const row = page.split("\n").find((line) => line.startsWith("| `key`"));
  return row?.slice("| `key` | ".length, -" |".length) ?? page;
}

for (
  const [schema, row] of [
    [
      { type: "boolean" },
      "true or false |  | Meaning. | `key: true`",
    ],
    [
      { type: "boolean", default: true },
      "true or false | `true` | Meaning. | `key: false`",
    ],
    [
      { type: "integer", minimum: 2, maximum: 9 },
      "whole number from 2 to 9 |  | Meaning. | `key: 2`",
    ],
    [
      { type: "string", title: "duration", default: "1s" },
      "duration | `1s` | Meaning. | `key: 1s`",
    ],
    [
      { enum: ["a", "b", "c"], default: "a" },
      "`a`, `b` or `c` | `a` | Meaning. | `key: b`",
    ],
    [
      {
        anyOf: [{ const: "auto" }, { type: "integer" }, { type: "integer" }],
        examples: ["auto"],
      },
      "`auto` or whole number |  | Meaning. | `key: auto`",
    ],
    [
      {
        type: "array",
        items: { type: ["string", "number"] },
        default: [],
        examples: [["a|b", "7"]],
      },
      "list of text | none | Meaning. | `key: [a\\|b, '7']`",
    ],
    [
      {
        type: "object",
        additionalProperties: { type: "number" },
        examples: [{ a: 1 }],
      },
      "map of names to number |  | Meaning. | `key: {a: 1}`",
    ],
    [{ examples: ["x"] }, "anything |  | Meaning. | `key: x`"],
  ] satisfies [JsonSchema, string][]
) {
  Deno.test(`configReference() writes ${JSON.stringify(schema)}`, () => {
    assertEquals(rowOf(schema), row);
  });
}

Deno.test("configReference() gives each map with keys of its own a part, wherever it is", () => {
  const inner: JsonSchema = {
    type: "object",
    properties: { leaf: { type: "boolean", description: "Leaf" } },
  };
  const page = configReference({
    required: ["plain"],
    properties: {
      plain: { ...inner, description: "A map" },
      named: { additionalProperties: inner, description: "By name" },
      listed: { items: inner, description: "In a list" },
      either: {
        anyOf: [{ type: "null" }, { oneOf: [inner] }],
        description: "In a union",
      },
    },
  });

  assertEquals(
    page.split("\n").filter((line) => line.startsWith("## ")),
    ["The file", "`plain`", "`named.<name>`", "`listed[]`", "`either`"]
      .map((title) => `## ${title}`),
  );
  assertMatch(page, /\| `plain` \| map \| required \| A map\. See \[`plain`\]/);
  assertMatch(page, /By name\. See \[`named.<name>`\]\(#namedname\)\./);
});

Deno.test("configReference() names each key that lacks a description or an example", () => {
  assertThrows(
    () =>
      configReference({
        properties: {
          a: { type: "string", examples: ["x"] },
          b: { properties: { c: { type: "string", description: "C" } } },
        },
      }),
    TypeError,
    "Cannot write the reference: the schema lacks a: a description, b: a description, b.c: an example",
  );
});
