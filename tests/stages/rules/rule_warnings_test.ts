import { assertEquals } from "@std/assert";
import { ruleWarnings } from "../../../stages/rules/rule_warnings.ts";
import { parseRules } from "../../../stages/rules/rules_file.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { parseSchema } from "../../../stages/schema/schema_file.ts";

const BUILT_IN = builtInSchema(["click", "purchase"]);

const CONTRADICTION =
  "can be met by no event: what it asks for contradicts itself";

/** A part of it required, another part not. */
const CUSTOM = parseSchema(
  `
time: { field: at }
key:
  - request.host
  - { field: kind, one_of: [a, b] }
  - { field: status, one_of: [200, "404", null] }
  - route
values:
  bytes: { of: [sum] }
  ms: { of: [avg], as: number }
  size: { of: [sum], field: body.size }
required: [at, route, ms, { field: user, as: text }, { field: ok, as: boolean }]
`,
  "schema.yaml",
);

function warningsOf(text: string, schema = BUILT_IN): string[] {
  return ruleWarnings(parseRules(text, "r", schema), schema);
}

for (
  const condition of [
    "value: { gt: 10, lt: 5 }",
    "value: { gt: 10, lt: 11 }",
    "value: { gte: 10, lt: 10 }",
    "value: { eq: 3, ne: 3 }",
    "value: { eq: 3, in: [4, 5] }",
    "value: { in: [3], not_in: [3] }",
    "value: { exists: false }",
    "value: 1.5",
    "ts: { gte: 2026-02-01T00:00:00Z, lt: 2026-01-01T00:00:00Z }",
    "ts: { gt: 2026-01-01T01:00:00+01:00, lt: 2026-01-01T00:00:00Z }",
    "user: { gt: b, lt: a }",
    "metadata.a: { lt: b, gt: 5 }",
    "metadata.a: { exists: false, eq: 1 }",
    "type: { eq: click, ne: click }",
  ]
) {
  Deno.test(`ruleWarnings() says that no event meets ${condition}`, () => {
    const [field] = condition.split(":");

    assertEquals(warningsOf(`- {name: a, when: {${condition}}, drop: true}`), [
      `rule 1 (a).when.${field} can be met by no event: what it asks for contradicts itself`,
    ]);
  });
}

for (
  const condition of [
    "value: { gt: 10, lt: 12 }",
    "value: { gte: 10, lte: 10 }",
    "value: { gt: 10, lt: 14, not_in: [11, 12] }",
    "value: { lt: -1e300 }",
    "value: { exists: true }",
    "value: [1.5, 2]",
    "ts: { gte: 2026-01-01T00:00:00Z, lt: 2026-02-01T00:00:00Z }",
    "ts: { gt: 5, ne: 6 }",
    "user: { gt: a, lt: b }",
    "user: { lt: a, ne: '' }",
    "user: { ne: a }",
    "metadata.a: { gt: 0.25, lt: 0.75 }",
    "metadata.a: { exists: false }",
    "metadata.a: { ne: true }",
    "metadata.a: { not_in: [a, 1] }",
    "type: [click, purchase]",
    "type: { gt: d }",
  ]
) {
  Deno.test(`ruleWarnings() has nothing to say of ${condition}`, () => {
    assertEquals(
      warningsOf(`- {name: a, when: {${condition}}, drop: true}`),
      [],
    );
  });
}

Deno.test("ruleWarnings() names types that the run does not have", () => {
  assertEquals(
    warningsOf(`
- { name: a, when: { type: [clik, click, view] }, drop: true }
- { name: b, when: { type: { ne: buy } }, set: { t: x } }
`),
    [
      'rule 1 (a).when.type names "clik", "view", which is not among the types of this run: click, purchase',
      'rule 2 (b).when.type names "buy", which is not among the types of this run: click, purchase',
    ],
  );
});

Deno.test("ruleWarnings() names rules behind one that drops everything", () => {
  assertEquals(
    warningsOf(`
- { name: a, set: { t: x } }
- { name: b, drop: true }
- { name: c, when: { type: click }, drop: true }
- { name: d, set: { t: y } }
`),
    [
      "rule 3 (c) is never reached: rule 2 (b) drops every event",
      "rule 4 (d) is never reached: rule 2 (b) drops every event",
    ],
  );
});

/** What a rule on events of one's own is warned of, behind its place. */
const OF_ONES_OWN: [condition: string, warning: string | undefined][] = [
  [
    "kind: c",
    'names "c", which is not among what kind can be: "a", "b"',
  ],
  [
    "kind: { not_in: [a, c, d] }",
    'names "c", "d", which is not among what kind can be: "a", "b"',
  ],
  [
    "status: [404, 200]",
    'names 404, which is not among what status can be: 200, "404", null',
  ],
  ["status: '404'", undefined],
  ["status: { exists: false }", undefined],
  ["status: { gt: 200 }", CONTRADICTION],
  ["status: { lte: 200 }", undefined],
  ["kind: { exists: false }", CONTRADICTION],
  ["kind: { gt: b }", CONTRADICTION],
  ["route: { exists: false }", CONTRADICTION],
  ["request.host: { exists: false }", undefined],
  ["request.host: { exists: false, ne: 1 }", undefined],
  ["route: { gt: 1, lt: 1.5 }", undefined],
  ["route: { gt: 1, lt: a }", CONTRADICTION],
  ["bytes: { gt: 1, lt: 2 }", CONTRADICTION],
  ["bytes: 1.5", CONTRADICTION],
  ["bytes: { exists: false }", undefined],
  ["body.size: 1.5", CONTRADICTION],
  ["size: 1.5", undefined],
  ["ms: { gt: 1, lt: 2 }", undefined],
  ["ms: { exists: false }", CONTRADICTION],
  ["at: { gt: 1, lt: 2 }", CONTRADICTION],
  ["at: { exists: false }", CONTRADICTION],
  ["user: { exists: false }", CONTRADICTION],
  ["ok: 1", CONTRADICTION],
  ["ok: false", undefined],
  ["ok: { not_in: [true, false] }", CONTRADICTION],
  ["anything.else: { exists: false }", undefined],
  ["anything.else: [1, a, true]", undefined],
];

for (const [condition, warning] of OF_ONES_OWN) {
  Deno.test(`ruleWarnings() says of ${condition}: ${warning ?? "nothing"}`, () => {
    const [field] = condition.split(":");
    const text = `- {name: a, when: {${condition}}, drop: true}`;

    assertEquals(
      warningsOf(text, CUSTOM),
      warning ? [`rule 1 (a).when.${field} ${warning}`] : [],
    );
  });
}

Deno.test("ruleWarnings() takes times with a fraction where they can have one", () => {
  const schema = { ...CUSTOM, time: { ...CUSTOM.time!, format: "epoch_ms" } };

  assertEquals(
    warningsOf("- {name: a, when: {at: {gt: 1, lt: 2}}, drop: true}", schema),
    [],
  );
});
