import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import { readYaml, YamlProblem } from "../../../runtime/config/yaml_text.ts";

function parse(text: string) {
  return parseConfig(text, { path: "/work/config.yaml", variables: {} });
}

/** Scalars that YAML takes for something else than text. */
const LETTERS = [
  ...["1.10", "0755", "1.0", "0x10", "1_000", "2024-01-31", "True", "~"],
  ...["12345678901234567890", "7310e12", "yes", "null", "1:30", ".5", "+1"],
];

Deno.test("parseConfig() hands on each scalar letter by letter where text is wanted", () => {
  const { services } = parse(`
services:
  web:
    command: [echo, ${LETTERS.join(", ")}]
    working_dir: 0755
    healthcheck: { exec: [test, 1.10] }
    environment:
      VERSION: 1.10
      MODE: 0755
      ID: 12345678901234567890
      DAY: 2024-01-31
      ON: yes
      TRUE: True
      "1.10": 1
  a_list:
    command: [x]
    environment: [1.10=0755]
    profiles: [1.10]
  script:
    script: a.ts
    args: [1.10, ~]
    permissions: { read: [1.10, 007], write: true }
`.replace("script: a.ts", `script: ${import.meta.filename}`));

  const [web] = services.get("web") ?? [];
  assertEquals(web?.runs.args, LETTERS);
  assertEquals(web?.workingDir, "/work/0755");
  assertEquals(web?.healthcheck?.probe, {
    kind: "exec",
    program: "test",
    args: ["1.10"],
  });
  assertEquals(web?.environment, {
    VERSION: "1.10",
    MODE: "0755",
    ID: "12345678901234567890",
    DAY: "2024-01-31",
    ON: "yes",
    TRUE: "True",
    "1.10": "1",
  });
  const [list] = services.get("a_list") ?? [];
  assertEquals([list?.environment, list?.profiles], [{ "1.10": "0755" }, [
    "1.10",
  ]]);
  const [script] = services.get("script") ?? [];
  assertEquals(script?.runs.args, ["1.10", "~"]);
  assertEquals(script?.runs.kind === "script" && script.runs.permissions, {
    read: ["1.10", "007"],
    write: true,
  });
});

Deno.test("parseConfig() reads numbers and words where these are wanted, and nothing as nothing", () => {
  const { services } = parse(`
services:
  a:
    command: [x]
    port: 5600
    restart_policy: { max_attempts: 0x10 }
    environment: { PASSED: , TOO: ~, EMPTY: "", NULL: "null" }
`);

  const [a] = services.get("a") ?? [];
  assertEquals([a?.port, a?.restart.maxAttempts], [5600, 16]);
  assertEquals(a?.environment, {
    PASSED: null,
    TOO: null,
    EMPTY: "",
    NULL: "null",
  });
});

Deno.test("readYaml() merges maps, and fills in aliases as often as they are met", () => {
  const value = readYaml(`
x-a: &a {k: 1.0, only: a}
x-b: &b {k: 2, too: b}
c: {<<: [*a, *b], own: [*a]}
`);

  assertEquals((value as { c: unknown }).c, {
    k: "1.0",
    only: "a",
    too: "b",
    own: [{ k: "1.0", only: "a" }],
  });
});

/** 9 ** 7 values in a few lines. */
const BOMB = [
  "x-a: &a [x, x, x, x, x, x, x, x, x]",
  ...["ab", "bc", "cd", "de", "ef", "fg"].map(([from, to]) =>
    `x-${to}: &${to} [${Array(9).fill(`*${from}`).join(", ")}]`
  ),
  "services: {web: {command: *g}}",
].join("\n");

for (
  const [what, text, said] of [
    ["a bomb of aliases", BOMB, /aliases stand for more than 100000 values at/],
    [
      "a bomb of merged maps",
      BOMB.replaceAll("[*", "{<<: [*").replaceAll(/\*(\w)\]/g, "*$1]}")
        .replace("[x, x, x, x, x, x, x, x, x]", "{k: v}"),
      /aliases stand for more than 100000 values at/,
    ],
    ["an alias of itself", "a: &a [*a]", /^&a would hold itself at line 1/],
    ["an unknown alias", "a: *b", /^no &b stands before this at line 1, col/],
    ["a tab", "a:\n\tb: 1", /^a tab cannot indent, only spaces can at line 2/],
    ["a tab in braces", "a: {\n\tb: 1}", /^a tab cannot indent.* at line 2/],
    ["two documents", "a: 1\n---\nb: 2", /several documents.* at line 2/],
    ["deep lists", `a: ${"[".repeat(200_000)}`, /nested more than 100 deep/],
    [
      "deep maps",
      Array.from({ length: 3_000 }, (_, depth) => `${" ".repeat(depth)}a:`)
        .join("\n"),
      /nested more than 100 deep/,
    ],
    ["deeper than that", `a: ${"[".repeat(101)}${"]".repeat(101)}`, /100 deep/],
    ["a key twice", "a: 1\na: 2", /^a key is written twice.* line 2, column 1/],
    ["a tag", "a: !reset 1", /^the tag !reset has no meaning here at line 1/],
    ["__proto__", "services:\n  __proto__: {}", /^__proto__ cannot be a name/],
  ] as const
) {
  Deno.test(`readYaml() refuses ${what} and says why and where`, () => {
    const error = assertThrows(() => readYaml(text), YamlProblem);

    assertMatch(error.message, said);
    assertMatch(error.message, /at line \d+, column \d+$/);
  });
}

Deno.test("readYaml() takes one document with its marks, and an empty text for nothing", () => {
  assertEquals(readYaml("---\na: 1\n...\n"), { a: "1" });
  assertEquals(readYaml("a: 1\n---\n"), { a: "1" });
  assertEquals(readYaml("# nothing\n"), null);
});

Deno.test("parseConfig() fills in no variable that only JavaScript knows", () => {
  const error = assertThrows(
    () => parse("services: {a: {command: ['${toString}', '${constructor}']}}"),
    UsageError,
  );

  assertMatch(error.message, /"toString" is not set[^]*"constructor" is not/);
});

Deno.test("parseConfig() tells an unknown dependency together with the other problems", () => {
  const error = assertThrows(
    () =>
      parse(`
services:
  broker: { command: [x] }
  a: { command: [x], restart: never, depends_on: [borker] }
  b: { command: [x], depends_on: { broker: { condition: service_healthy } } }
`),
    UsageError,
  );

  assertMatch(error.message, /services\.a\.restart: expected one of/);
  assertMatch(error.message, /a\.depends_on\.borker: .*did you mean "broker"/);
  assertMatch(error.message, /b\.depends_on\.broker: .* no healthcheck/);
});

Deno.test("parseConfig() says that the words of cron need quotes", () => {
  const reasonOf = (schedule: string) =>
    assertThrows(
      () => parse(`services:\n  a:\n    schedule: ${schedule}\n`),
      UsageError,
    ).message;

  assertMatch(
    reasonOf("*/5 * * * *"),
    /a text that begins with \* needs quotes/,
  );
  assertMatch(reasonOf("@daily"), /a text that begins with @ needs quotes/);
});
