/**
 * Rules files that are wrong, and what is said about them: by every program that
 * reads them.
 *
 * @module
 */

import { parseSchema } from "../../stages/schema/schema_file.ts";

const TEST_KEYS = "eq, ne, lt, lte, gt, gte, in, not_in, exists";

/** Rules files with mistakes, each with the lines of its message after the first. */
export const MISTAKES: Record<string, string[]> = {
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
  "- {name: a, set: {tier: []}}": [
    "rule 1 (a).set.tier: expected text, found []",
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
  "- {name: a, when: {value: ''}, drop: true}": [
    'rule 1 (a).when.value: expected a number, a list of them, or a test such as {ne: ...}, found ""',
  ],
  "- {name: a, when: {value: {in: ''}}, drop: true}": [
    'rule 1 (a).when.value.in: expected a list, found ""',
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

/** Events of one's own, for rules. */
export const OWN_EVENTS = parseSchema(
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

/** What is wrong with a rule on events of one's own, behind its name. */
export const OWN_MISTAKES: Record<string, string> = {
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
