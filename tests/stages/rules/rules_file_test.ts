import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import { parseRules } from "../../../stages/rules/rules_file.ts";

Deno.test("parseRules() reads every form of a condition", () => {
  const rules = parseRules(
    `
- name: one
  when:
    type: [click, purchase]
    value: { gte: 10, lt: 20, not_in: [11] }
    user: u1
    ts: { gte: 2026-01-01, lt: "2026-02-01T00:00:00Z", ne: 5 }
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
          gte: "2026-01-01T00:00:00.000Z",
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

  assertEquals(createRules(rules).tags, [
    { name: "tier", values: ["bronze", "silver", "gold"] },
  ]);
});

Deno.test("parseRules() takes an empty file for no rules", () => {
  assertEquals(parseRules("", "rules.yaml"), []);
  assertEquals(parseRules("# nothing yet\n", "rules.yaml"), []);
});

const TEST_KEYS = "eq, ne, lt, lte, gt, gte, in, not_in, exists";

/** Each with the lines of its message after the first. */
const MISTAKES: Record<string, string[]> = {
  "just text": ['expected a list of rules, found "just text"'],
  "rules: []": ['expected a list of rules, found {"rules":[]}'],
  "- 5": ["rule 1: expected a rule, found 5"],
  "-": ["rule 1: expected a rule, found nothing"],
  "- {drop: true}": ["rule 1.name: expected text, found nothing"],
  "- {name: 5, drop: true}": ["rule 1.name: expected text, found 5"],
  "- {name: a b, drop: true}": [
    'rule 1.name: expected a letter, then letters, digits, - or _, found "a b"',
  ],
  "- {name: a, drop: true}\n- {name: a, drop: true}": [
    'rule 2.name: rule "a" is already defined',
  ],
  "- {name: a, wen: {type: x}, drop: true}": [
    'rule 1 (a): unknown key "wen"; did you mean "when"?',
  ],
  "- {name: a, dropp: true}": [
    'rule 1 (a): unknown key "dropp"; did you mean "drop"?',
  ],
  "- {name: a}": ["rule 1 (a): expected either drop: true or set:"],
  "- {name: a, drop: true, set: {b: c}}": [
    "rule 1 (a): expected either drop: true or set:",
  ],
  "- {name: a, drop: false}": ["rule 1 (a).drop: expected true, found false"],
  "- {name: a, set: }": [
    "rule 1 (a).set: expected tags and their values, found nothing",
  ],
  "- {name: a, set: {}}": ["rule 1 (a).set: expected at least one tag"],
  "- {name: a, set: {tier: 1}}": [
    "rule 1 (a).set.tier: expected text, found 1",
  ],
  "- {name: a, set: {tier: ''}}": [
    "rule 1 (a).set.tier: expected text that is not empty",
  ],
  "- {name: a, set: {1st: x}}": [
    "rule 1 (a).set.1st: expected a letter, then letters, digits, - or _",
  ],
  "- {name: a, when: , drop: true}": [
    "rule 1 (a).when: expected fields and what they must be, found nothing",
  ],
  "- {name: a, when: [type], drop: true}": [
    'rule 1 (a).when: expected fields and what they must be, found ["type"]',
  ],
  "- {name: a, when: {valeu: 3}, drop: true}": [
    'rule 1 (a).when: unknown field "valeu"; did you mean "value"?',
  ],
  "- {name: a, when: {metadata: 3}, drop: true}": [
    'rule 1 (a).when: unknown field "metadata"; did you mean "metadata.<name>"?',
  ],
  "- {name: a, when: {value: }, drop: true}": [
    "rule 1 (a).when.value: expected a number, a list of them, or a test such as {ne: ...}, found nothing",
  ],
  "- {name: a, when: {value: '10'}, drop: true}": [
    'rule 1 (a).when.value: expected a number, a list of them, or a test such as {ne: ...}, found "10"',
  ],
  "- {name: a, when: {value: .inf}, drop: true}": [
    "rule 1 (a).when.value: expected a number, a list of them, or a test such as {ne: ...}, found Infinity",
  ],
  "- {name: a, when: {user: 2026-01-01}, drop: true}": [
    "rule 1 (a).when.user: expected text, a list of them, or a test such as {ne: ...}, found a date, which as text needs quotes",
  ],
  "- {name: a, when: {value: {lt: '10'}}, drop: true}": [
    'rule 1 (a).when.value.lt: expected a number, found "10"',
  ],
  "- {name: a, when: {value: {lte_: 10}}, drop: true}": [
    'rule 1 (a).when.value: unknown key "lte_"; did you mean "lte"?',
  ],
  "- {name: a, when: {value: {}}, drop: true}": [
    `rule 1 (a).when.value: expected at least one of ${TEST_KEYS}`,
  ],
  "- {name: a, when: {type: []}, drop: true}": [
    "rule 1 (a).when.type: expected at least one value",
  ],
  "- {name: a, when: {type: {in: x}}, drop: true}": [
    'rule 1 (a).when.type.in: expected a list, found "x"',
  ],
  "- {name: a, when: {type: {exists: 1}}, drop: true}": [
    "rule 1 (a).when.type.exists: expected true or false, found 1",
  ],
  "- {name: a, when: {metadata.x: [a, {b: 1}]}, drop: true}": [
    'rule 1 (a).when.metadata.x[1]: expected text, a number, true or false, found {"b":1}',
  ],
  "- {name: a, when: {metadata.x: {lt: true}}, drop: true}": [
    "rule 1 (a).when.metadata.x.lt: expected text or a number, found true",
  ],
  "- {name: a, when: {ts: soon}, drop: true}": [
    'rule 1 (a).when.ts: expected a date and time, found "soon"',
  ],
  "- {name: a, when: {ts: {gte: soon}}, drop: true}": [
    'rule 1 (a).when.ts.gte: expected a date and time, found "soon"',
  ],
  [`- {name: a, when: {type: {lt: [${"x".repeat(99)}]}}, drop: true}`]: [
    `rule 1 (a).when.type.lt: expected text, found ["${"x".repeat(38)}…`,
  ],
  "- {name: a, nam: b, when: {user: 5, value: {lt: '1', eqq: 2}}, drop: 1}\n- {name: 7}":
    [
      "rule 1 (a).when.user: expected text, a list of them, or a test such as {ne: ...}, found 5",
      'rule 1 (a).when.value.lt: expected a number, found "1"',
      'rule 1 (a).when.value: unknown key "eqq"; did you mean "eq"?',
      "rule 1 (a).drop: expected true, found 1",
      'rule 1 (a): unknown key "nam"; did you mean "name"?',
      "rule 2.name: expected text, found 7",
    ],
};

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

Deno.test("parseRules() says where the YAML is wrong", () => {
  for (
    const [text, what] of [
      ["- name: [", "line 2, column 1"],
      // In whose words, is the parser's affair.
      ["- {name: a, name: b}", "at line 1, column 20"],
      ["- name: a\n---\n- name: b", 'Cannot read rules "rules.yaml": '],
    ] as const
  ) {
    assertThrows(() => parseRules(text, "rules.yaml"), UsageError, what);
  }
});
