import { assertEquals, assertThrows } from "@std/assert";
import { parse } from "@std/yaml";
import fc from "fast-check";
import { Failure } from "../../../runtime/program/errors.ts";
import {
  editPermissions,
  type Spelling,
} from "../../../tasks/permissions/edit_config.ts";

const PLAIN: Spelling = {
  read: (_kind, written) => [written],
  write: (_kind, value) => value,
};
const RIGHTS = { net: ["a", "self"], read: ["y", "/w e"], run: true as const };

function edit(lines: string[], rights = RIGHTS): string[] {
  return editPermissions(lines.join("\n"), "s", rights, PLAIN).text.split("\n");
}

Deno.test("editPermissions() keeps comments, order and what is beside the block", () => {
  const edited = edit([
    "# top",
    "services:   # odd",
    "  s:",
    "    script:    a.ts",
    "    permissions: # all of them",
    "      # nets",
    "      net: [a, b] # two",
    "      read:",
    "        - x # one",
    "        # about y",
    "        - y",
    "      sys: [cpus]",
    "      # tail",
    "    # next",
    "    healthcheck: {tcp:  a}",
    "",
  ]);

  assertEquals(edited, [
    "# top",
    "services:   # odd",
    "  s:",
    "    script:    a.ts",
    "    permissions: # all of them",
    "      # nets",
    "      net: [a, self] # two",
    "      read:",
    "        # about y",
    "        - y",
    "        - /w e",
    "      run: true",
    "      # tail",
    "    # next",
    "    healthcheck: {tcp:  a}",
    "",
  ]);
});

const BLOCK = [
  "      net: [a, self]",
  "      read: [y, /w e]",
  "      run: true",
];

Deno.test("editPermissions() writes a block where there was none to speak of", () => {
  const service = ["services:", "  s:", "    script: a.ts"];
  const table: [string[], string[]][] = [
    [[...service], [...service, "    permissions:", ...BLOCK, ""]],
    [[...service, "    # then", "    restart: no"], [
      ...[...service, "    permissions:", ...BLOCK],
      ...["    # then", "    restart: no"],
    ]],
    [[...service, "    args:", "      - b # last", "    restart: no"], [
      ...[...service, "    args:", "      - b # last"],
      ...["    permissions:", ...BLOCK, "    restart: no"],
    ]],
    [[...service, "    permissions: {} # none", "    restart: no"], [
      ...[...service, "    permissions: # none", ...BLOCK, "    restart: no"],
    ]],
    [[...service, "    permissions: # none", "    restart: no"], [
      ...[...service, "    permissions: # none", ...BLOCK, "    restart: no"],
    ]],
    [["services: { s: { script: a.ts } }"], [
      "services: { s: { script: a.ts, permissions: { net: [a, self], read: [y, /w e], run: true } } }",
    ]],
    [["services: { s: { script: a.ts, permissions: { net: [b] } } }"], [
      "services: { s: { script: a.ts, permissions: { net: [a, self], read: [y, /w e], run: true } } }",
    ]],
  ];

  for (const [lines, edited] of table) assertEquals(edit(lines), edited);
});

Deno.test("editPermissions() leaves a block that says it already, in its own words", () => {
  const text =
    "services:\n  s:\n    script: a.ts\n    permissions: {net: ['${A}',  \"b\"]}\n";
  const spelling: Spelling = {
    read: (_kind, written) => [written === "${A}" ? "self" : written],
    write: (_kind, value) => value,
  };

  assertEquals(
    editPermissions(text, "s", { net: ["self", "b"] }, spelling).text,
    text,
  );
});

Deno.test("editPermissions() empties a block of which nothing is needed", () => {
  const service = ["services:", "  s:", "    script: a.ts"];
  const table: [string[], string[]][] = [
    [["    permissions: # note", "      net: [a]", "    restart: no"], [
      "    permissions: {} # note",
      "    restart: no",
    ]],
    [["    permissions: { net: [a] }"], ["    permissions: {}"]],
  ];

  for (const [lines, edited] of table) {
    const { text } = editPermissions(
      [...service, ...lines].join("\n"),
      "s",
      {},
      PLAIN,
    );
    assertEquals(text.split("\n"), [...service, ...edited]);
  }
});

Deno.test("editPermissions() says where it cannot write", () => {
  const table = [
    ["x-a: &a {net: [b]}\nservices: {s: {script: a, permissions: *a}}", [
      "its permissions are an alias",
    ]],
    ["x-a: &a [b]\nservices: {s: {script: a, permissions: {net: *a}}}", [
      "its net is an alias",
    ]],
    ["x-a: &a {script: a}\nservices: {s: *a}", ["the service is an alias"]],
  ] as const;

  for (const [text, [reason]] of table) {
    assertThrows(
      () => editPermissions(text, "s", RIGHTS, PLAIN),
      Failure,
      `Cannot write the permissions of "s": ${reason}; write them there by hand`,
    );
  }
});

Deno.test("editPermissions() writes words that YAML reads back as they were", () => {
  const word = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom("true", "no", "12", "1e3", "~", "- a", "a: b", "#a", "*a"),
  ).filter((text) => text.isWellFormed());
  fc.assert(fc.property(
    fc.uniqueArray(word, { minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      "services:\n  s:\n    script: a.ts\n    restart: no\n",
      "services: { s: { script: a.ts, permissions: { net: [b] } } }\n",
    ),
    (words, text) => {
      const edited = editPermissions(text, "s", { run: words }, PLAIN).text;
      const { services } = parse(edited) as Record<string, { s: unknown }>;

      assertEquals(
        (services?.s as Record<string, unknown>)["permissions"],
        { run: words },
      );
    },
  ));
});
