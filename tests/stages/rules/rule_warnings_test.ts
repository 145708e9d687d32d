import { assertEquals } from "@std/assert";
import { ruleWarnings } from "../../../stages/rules/rule_warnings.ts";
import { parseRules } from "../../../stages/rules/rules_file.ts";

const TYPES = ["click", "purchase"];

function warningsOf(text: string): string[] {
  return ruleWarnings(parseRules(text, "r"), TYPES);
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
