import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import { parseRules } from "../../../stages/rules/rules_file.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import {
  MISTAKES,
  OWN_EVENTS,
  OWN_MISTAKES,
} from "../../support/wrong_rules.ts";

Deno.test("parseRules() reads every form of a condition", () => {
  const rules = parseRules(
    `
- name: one
  when:
    type: [click, purchase]
    value: { gte: 10, lt: 20, not_in: [11] }
    user: u1
    ts: { gte: 2026-01-01T00:00:00+01:00, lt: "2026-02-01T00:00:00Z", ne: 5 }
    metadata.page: { exists: false }
    metadata.a.b: [1, x, true]
  set: { tier: gold }
- { name: two, drop: true }
`,
    "rules.yaml",
  );

  assertEquals(rules, [
    {
      name: "one",
      when: {
        "type": ["click", "purchase"],
        "value": { gte: 10, lt: 20, not_in: [11] },
        "user": "u1",
        "ts": {
          gte: "2026-01-01T00:00:00+01:00",
          lt: "2026-02-01T00:00:00Z",
          ne: 5,
        },
        "metadata.page": { exists: false },
        "metadata.a.b": [1, "x", true],
      },
      set: { tier: "gold" },
    },
    { name: "two", when: {}, drop: true },
  ]);
});

Deno.test("parseRules() reads the file that ships", async () => {
  const path = new URL("../../../stages/rules.yaml", import.meta.url);

  const rules = parseRules(await Deno.readTextFile(path), "rules.yaml");

  assertEquals(createRules(rules, builtInSchema(["view"])).tags, [
    { name: "tier", values: ["bronze", "silver", "gold"] },
  ]);
});

Deno.test("parseRules() takes an empty file for no rules", () => {
  assertEquals(parseRules("", "rules.yaml"), []);
  assertEquals(parseRules("# nothing yet\n", "rules.yaml"), []);
});

for (const [text, problems] of Object.entries(MISTAKES)) {
  Deno.test(`parseRules() says what is wrong with ${text}`, () => {
    const { message } = assertThrows(
      () => parseRules(text, "rules.yaml"),
      UsageError,
    );

    assertEquals(message.split("\n"), [
      'Cannot read rules "rules.yaml":',
      ...problems.map((problem) => `  ${problem}`),
    ]);
  });
}

for (const key of ["__proto__", "constructor", "toString"]) {
  Deno.test(`parseRules() refuses the key ${key} everywhere`, () => {
    for (
      const text of [
        `[{name: a, ${key}: 1, drop: true}]`,
        `[{name: a, when: {${key}: {}}, drop: true}]`,
      ]
    ) {
      assertThrows(() => parseRules(text, "r"), UsageError, `unknown`);
    }
  });
}

Deno.test("parseRules() takes the letters of the file where a text is wanted", () => {
  const [rule] = parseRules(
    `
- name: a
  when:
    type: [007]
    user: { ne: 1.0, in: [0x10, true, 2026-01-01] }
    value: 1.0
    metadata.ä: 1.10
    metadata.größe: { exists: true }
  set: { v: 1.10, id: 12345678901234567890, on: true, day: 2026-02-30 }
`,
    "rules.yaml",
  );

  assertEquals(rule, {
    name: "a",
    when: {
      "type": ["007"],
      "user": { ne: "1.0", in: ["0x10", "true", "2026-01-01"] },
      "value": 1,
      "metadata.ä": 1.1,
      "metadata.größe": { exists: true },
    },
    set: {
      v: "1.10",
      id: "12345678901234567890",
      on: "true",
      day: "2026-02-30",
    },
  });
});

Deno.test("parseRules() takes anchors and merges, but not without bound", () => {
  const shared =
    "- &a {name: a, when: {user: 5}, drop: true}\n- {<<: *a, name: b}";
  assertEquals(parseRules(shared, "r").map(({ when }) => when), [
    { user: "5" },
    { user: "5" },
  ]);

  const bomb = [
    "- &a0 [x, x, x, x, x, x, x, x, x, x]",
    ...Array.from(
      { length: 9 },
      (_, at) => `- &a${at + 1} [${Array(10).fill(`*a${at}`).join(", ")}]`,
    ),
  ].join("\n");
  assertThrows(() => parseRules(bomb, "r"), UsageError, "alias");
});

Deno.test("parseRules() says where the YAML is wrong", () => {
  for (
    const [text, what] of [
      ["- name: [", "line 1, column 10"],
      ["- {name: a, name: b}", "at line 1, column 13"],
      [
        "- name: a\n---\n- name: b",
        'Cannot read rules "rules.yaml": it holds several documents, and one is expected',
      ],
      ["- name: *nobody", "Unresolved alias"],
      ["- {<<: 5, name: a}", "Merge sources must be maps"],
    ] as const
  ) {
    assertThrows(() => parseRules(text, "rules.yaml"), UsageError, what);
  }
});

Deno.test("parseRules() takes any field and any key of events of one's own", () => {
  const rules = parseRules(
    `
- name: one
  when:
    request.headers.host: [x.org, 10, true]
    the host: 1.10
    at: { gte: 2026-01-01T00:00:00Z, lt: 5.5 }
    ms: { gt: 0.25, exists: true }
    kind: [007, true]
    user: 1.0
    level: { ne: 2 }
    __proto__: { exists: false }
  set: { the host: "", status: 0.50, level: null, kind: b, tier: 1.10 }
- { name: two, set: { status: false, level: "2" } }
- { name: three, set: { the host: 1.10, level: 1 } }
`,
    "rules.yaml",
    OWN_EVENTS,
  );

  assertEquals(rules, [
    {
      name: "one",
      when: {
        "request.headers.host": ["x.org", 10, true],
        "the host": 1.1,
        "at": { gte: "2026-01-01T00:00:00Z", lt: 5.5 },
        "ms": { gt: 0.25, exists: true },
        "kind": ["007", "true"],
        "user": "1.0",
        "level": { ne: 2 },
        ["__proto__"]: { exists: false },
      },
      set: {
        "the host": "",
        status: 0.5,
        level: null,
        kind: "b",
        tier: "1.10",
      },
    },
    { name: "two", when: {}, set: { status: false, level: "2" } },
    { name: "three", when: {}, set: { "the host": 1.1, level: 1 } },
  ]);
});

Deno.test("parseRules() sets tags only on events that are built in", () => {
  const [rule] = parseRules("- {name: a, set: {key: 5, type: x}}", "r");

  assertEquals(rule?.set, { key: "5", type: "x" });
});

for (const [text, problem] of Object.entries(OWN_MISTAKES)) {
  Deno.test(`parseRules() says what is wrong with ${text} on events of one's own`, () => {
    const { message } = assertThrows(
      () => parseRules(`- {name: a, ${text}}`, "r", OWN_EVENTS),
      UsageError,
    );

    assertEquals(message.split("\n").slice(1), [`  rule 1 (a)${problem}`]);
  });
}
