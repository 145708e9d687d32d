import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import { parseRules } from "../../../stages/rules/rules_file.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { parseSchema } from "../../../stages/schema/schema_file.ts";

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

const TEST_KEYS = "eq, ne, lt, lte, gt, gte, in, not_in, exists";

/** Each with the lines of its message after the first. */
const MISTAKES: Record<string, string[]> = {
  "just text": ['expected a list of rules, found "just text"'],
  "rules: []": ['expected a list of rules, found {"rules":[]}'],
  "- 5": ["rule 1: expected a rule, found 5"],
  "-": ["rule 1: expected a rule, found nothing"],
  "- {drop: true}": ["rule 1.name: expected text, found nothing"],
  "- {name: 5, drop: true}": [
    'rule 1.name: expected a letter, then letters, digits, - or _, found "5"',
  ],
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
  "- {name: a, set: {tier: [1]}}": [
    "rule 1 (a).set.tier: expected text, found [1]",
  ],
  "- {name: a, set: {tier: null}}": [
    "rule 1 (a).set.tier: expected text, found nothing",
  ],
  "- {name: a, set: {__proto__: x}}": [
    "rule 1 (a).set.__proto__: expected a letter, then letters, digits, - or _",
  ],
  "- {name: a, when: {value: {__proto__: 5, gt: 1}}, drop: true}": [
    'rule 1 (a).when.value: unknown key "__proto__"; expected one of eq, ne, lt, lte, gt, gte, in, not_in, exists',
  ],
  "- {name: a, set: {tier: ''}}": [
    "rule 1 (a).set.tier: expected text that is not empty",
  ],
  "- {name: a, set: {1st: x}}": [
    "rule 1 (a).set.1st: expected a letter, then letters, digits, - or _",
  ],
  "- {name: a, set: {2nd: x, tier: '', ok: x, kind: [1]}}": [
    "rule 1 (a).set.2nd: expected a letter, then letters, digits, - or _",
    "rule 1 (a).set.tier: expected text that is not empty",
    "rule 1 (a).set.kind: expected text, found [1]",
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
    'rule 1 (a).when.ts: expected a date and time with zone, such as 2026-01-31T12:00:00Z, found "soon"',
  ],
  "- {name: a, when: {ts: {gte: soon}}, drop: true}": [
    'rule 1 (a).when.ts.gte: expected a date and time with zone, such as 2026-01-31T12:00:00Z, found "soon"',
  ],
  "- {name: a, when: {ts: [2026-01-01]}, drop: true}": [
    'rule 1 (a).when.ts[0]: expected a date and time with zone, such as 2026-01-31T12:00:00Z, found "2026-01-01"',
  ],
  "- {name: a, when: {ts: {lt: 2026-02-30T00:00:00Z}}, drop: true}": [
    'rule 1 (a).when.ts.lt: expected a date and time with zone, such as 2026-01-31T12:00:00Z, found "2026-02-30T00:00:00Z"',
  ],
  [`- {name: a, when: {type: {lt: [${"x".repeat(99)}]}}, drop: true}`]: [
    `rule 1 (a).when.type.lt: expected text, found ["${"x".repeat(38)}…`,
  ],
  "- {name: a, nam: b, when: {user: 5, value: {lt: '1', eqq: 2}}, drop: 1}\n- {name: 7}":
    [
      'rule 1 (a).when.value.lt: expected a number, found "1"',
      'rule 1 (a).when.value: unknown key "eqq"; did you mean "eq"?',
      "rule 1 (a).drop: expected true, found 1",
      'rule 1 (a): unknown key "nam"; did you mean "name"?',
      'rule 2.name: expected a letter, then letters, digits, - or _, found "7"',
      "rule 2 (7): expected either drop: true or set:",
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
    ] as const
  ) {
    assertThrows(() => parseRules(text, "rules.yaml"), UsageError, what);
  }
});

const SCHEMA = parseSchema(
  `
time: { field: at, format: epoch_ms }
key:
  - { field: request.headers.host, name: the host }
  - status
  - { field: kind, one_of: [a, b] }
  - { field: level, one_of: [1, "2", null] }
  - { field: zone, one_of: [eu] }
values: { ms: { of: [avg], as: number } }
required: [{ field: user, as: text }]
`,
  "schema.yaml",
);

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
    SCHEMA,
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

/** What is wrong with a rule on events of one's own, behind its name. */
const OWN_MISTAKES: Record<string, string> = {
  "when: {a..b: 1}, drop: true":
    '.when: expected a field, such as status or request.host, found "a..b"',
  "when: {'': 1}, drop: true":
    '.when: expected a field, such as status or request.host, found ""',
  "when: {at: soon}, drop: true":
    '.when.at: expected a date and time with zone, such as 2026-01-31T12:00:00Z, found "soon"',
  "when: {ms: '1'}, drop: true":
    '.when.ms: expected a number, a list of them, or a test such as {ne: ...}, found "1"',
  "when: {other: {lt: true}}, drop: true":
    ".when.other.lt: expected text or a number, found true",
  "set: {kind: c}": '.set.kind: expected one of "a", "b", found "c"',
  "set: {zone: us}": '.set.zone: expected "eu", found "us"',
  "set: {level: 2}": '.set.level: expected one of 1, "2", null, found 2',
  "set: {kind: [a]}": '.set.kind: expected one of "a", "b", found ["a"]',
  "set: {status: null}":
    ".set.status: expected text, a number, true or false, found nothing",
  "set: {status: [1]}":
    ".set.status: expected text, a number, true or false, found [1]",
  "set: {status: .inf}":
    ".set.status: expected text, a number, true or false, found Infinity",
  "set: {status: 9007199254740993}":
    ".set.status: expected a number up to 2^53",
  "set: {tier: [1]}": ".set.tier: expected text, found [1]",
  "set: {tier: ''}": ".set.tier: expected text that is not empty",
  "set: {a host: x}":
    ".set.a host: expected a letter, then letters, digits, - or _",
  "set: {}": ".set: expected at least one tag",
};

for (const [text, problem] of Object.entries(OWN_MISTAKES)) {
  Deno.test(`parseRules() says what is wrong with ${text} on events of one's own`, () => {
    const { message } = assertThrows(
      () => parseRules(`- {name: a, ${text}}`, "r", SCHEMA),
      UsageError,
    );

    assertEquals(message.split("\n").slice(1), [`  rule 1 (a)${problem}`]);
  });
}
