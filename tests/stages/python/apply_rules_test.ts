/**
 * Holds the rules stage in Python against the one in TypeScript: every rules file
 * means the same, and what is refused is refused in the same words.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { stringify } from "yaml";
import type { EventBatch, Schema } from "../../../proto/pipeline/batches.ts";
import {
  decodeEventBatch,
  encodeEventBatch,
} from "../../../proto/pipeline/codec.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import { createParse } from "../../../stages/parse/parse.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import { rulesDigest } from "../../../stages/rules/rules_digest.ts";
import { parseRules, type Rule } from "../../../stages/rules/rules_file.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { mulberry32 } from "../../../tasks/generate/generator.ts";
import {
  createLineMaker,
  LINE_TYPES,
} from "../../../tasks/soak/event_lines.ts";
import { randomFields } from "../../../tasks/soak/event_schemas.ts";
import { testBuilt } from "../../support/built_clients.ts";
import {
  type AppliedRules,
  type PythonRules,
  RULES_PYTHON,
  startPythonRules,
} from "../../support/python_rules.ts";
import { randomRules } from "../../support/random_rules.ts";
import { readAll } from "../../support/raw_batch.ts";
import {
  MISTAKES,
  OWN_EVENTS,
  OWN_MISTAKES,
} from "../../support/wrong_rules.ts";

const CASES = 120;
const LINES = 150;

/** A schema, with names of its own for each key and value. */
function randomSchema(random: () => number): Schema {
  if (random() < 0.3) return builtInSchema(LINE_TYPES);
  const { schema } = randomFields(random);
  return {
    ...schema,
    keys: schema.keys.map((key, at) => ({ ...key, name: `k${at}` })),
    values: schema.values.map((value, at) => ({ ...value, name: `v${at}` })),
  };
}

/** What the stage in TypeScript makes of the lines that `read` gives it. */
async function apply(
  rules: string,
  schema: Schema,
  read: () => Promise<Parameters<ReturnType<typeof createParse>>[0][]>,
): Promise<AppliedRules & { sent: Uint8Array[]; rows: number[] }> {
  const sent: Uint8Array[] = [];
  const batches: Uint8Array[] = [];
  const rows = [0, 0, 0, 0];
  let digest: string | null = null;
  try {
    const parsed: Rule[] = parseRules(rules, "rules.yaml", schema);
    digest = await rulesDigest(parsed);
    const { fields, tags, createTransform } = createRules(parsed, schema);
    const parse = createParse({ schema, fields });
    const transform = createTransform();
    for (const raw of await read()) {
      const batch = parse(raw);
      sent.push(encodeEventBatch(batch));
      const result = transform(batch);
      batches.push(encodeEventBatch(result));
      const { score, rejects } = result;
      const counts = [batch.rows, result.rows, score.length, rejects.length];
      counts.forEach((count, at) => rows[at]! += count);
    }
    return { digest, fields, tags, batches, sent, rows };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { error: error.message, digest, sent, rows };
  }
}

/** Batches as they are compared: a zero may be written or left out. */
function decoded(batches: readonly Uint8Array[] = []): EventBatch[] {
  return batches.map((bytes) => decodeEventBatch(bytes));
}

testBuilt(
  "the rules stage in Python gives what the one in TypeScript gives",
  [RULES_PYTHON],
  async (t) => {
    await using python = startPythonRules();
    await t.step("any rules on any events", () => compareRandom(python));
    await t.step("mistakes, in words", () => compareMistakes(python));
    await t.step("YAML", () => compareYaml(python));
  },
);

async function compareRandom(python: PythonRules): Promise<void> {
  let refused = 0;
  const counted = [0, 0, 0, 0];
  for (let seed = 1; seed <= CASES; seed++) {
    const random = mulberry32(seed);
    const schema = randomSchema(random);
    const rules = randomRules(random, schema, seed % 3 === 0 ? 0.1 : 0);
    const text = random() < 0.5
      ? JSON.stringify(rules)
      : stringify(rules, { lineWidth: 40 });
    const maker = createLineMaker(random);
    const wildness = [0.001, 0.02, 0.2][seed % 3]!;
    const lines = Array.from({ length: LINES }, () => [
      ...maker.next(wildness),
      0x0a,
    ]);
    const batch = 1 + Math.floor(random() * LINES);

    const { sent, rows, batches: expected, ...ours } = await apply(
      text,
      schema,
      () => readAll(Buffer.from(lines.flat()), { batch, anyInput: true }),
    );
    const { batches: actual, ...theirs } = await python.apply(
      text,
      schema,
      sent,
    );

    assertEquals(theirs, ours, `seed ${seed}`);
    assertEquals(decoded(actual), decoded(expected), `seed ${seed}`);
    rows.forEach((count, at) => counted[at]! += count);
    if (ours.error) refused++;
  }
  // Rows are dropped and kept, scored and refused, and rules too.
  const [came, kept, scored, rejected] = counted;
  assert(
    came! > kept! && kept! > 1_000 && scored! > 0 && rejected! > 100 &&
      refused > 10 && refused < CASES / 2,
    `${counted}, ${refused}`,
  );
}

async function compareMistakes(python: PythonRules): Promise<void> {
  for (const text of Object.keys(MISTAKES)) {
    await compareText(python, text, builtInSchema([]));
  }
  for (const text of Object.keys(OWN_MISTAKES)) {
    await compareText(python, `- {name: a, ${text}}`, OWN_EVENTS);
  }
}

/** Compares what a text means, or why it is refused. */
async function compareText(
  python: PythonRules,
  text: string,
  schema: Schema,
): Promise<{ error?: string }> {
  const { error, digest } = await apply(
    text,
    schema,
    () => Promise.resolve([]),
  );

  const actual = await python.apply(text, schema);

  assertEquals(actual.digest, digest, text);
  assertEquals(wordsOf(actual), wordsOf({ error }), text);
  return actual;
}

/** What is wrong; where the YAML is, each parser has words of its own. */
function wordsOf({ error }: { error?: string | undefined }) {
  return error?.includes("\n") ? error : error?.slice(0, error.indexOf(":"));
}

/** Scalars of YAML 1.1, of YAML 1.2, and of neither. */
const SCALARS = [
  ...[
    "1.10",
    "0755",
    "010",
    "08",
    "0o17",
    "0x10",
    "0b11",
    "1_000",
    "190:20:30",
  ],
  ...["2024-01-31", "2026-01-31T12:00:00Z", "True", "tRUE", "yes", "no", "on"],
  ...["off", "y", "~", "null", "Null", "nULL", "", "+5", "-0", "1e3", "1E+3"],
  ...[".5", "5.", "-.5", "+.inf", ".NaN", "Infinity", "1e400", "1e21", "1e-7"],
  ...["123456789012345680000", "12345678901234567890", `0x${"f".repeat(300)}`],
  ...["9".repeat(400), "4.9e-324", "0.000001", "1.7976931348623159e308"],
  ...[
    "'1'",
    '"a\\u00e9\\x41\\U0001F600\\n\\t\\0"',
    '"\\ud83d\\ude00"',
    '"\\q"',
  ],
  ...["!!str 5", "!!int '5'", "!!int x", "!!bool 'true'", "! 5", "!foo 5"],
  ...["&x 5", "*x", "a b", "a\tb"],
  ...["\ta", "a\t# no", "a#b", "a #b", "@a", "`a", "a:b", "http://x:80/", "<<"],
  ...["[a, b,]", "[a", "{eq: 5,}", '{"eq":5}', "{eq: }", "{eq}", "|\n  a\n  b"],
  ...[
    ">-\n    a\n    b\n\n    c",
    "'it''s'",
    "a\n    b",
    "é\u{1d4b3}",
    "\u0007",
  ],
];

/** Scalars of YAML 1.1 that are no value of an event. */
const OTHER_SCALARS = ["!!binary aGk=", "!!timestamp 2001-01-01", "!!set {a}"];

/** Each with what stands in its place. */
const SCALAR_PLACES = [
  "- name: a\n  when:\n    metadata.x: $\n    user: b\n  drop: true\n",
  "- name: a\n  when:\n    user: $\n    type: b\n  drop: true\n",
  "- name: a\n  when: { ts: { lt: $ } }\n  drop: true\n",
  "- name: a\n  when: { user: [$, b] }\n  drop: true\n",
  "- name: a\n  set:\n    tier: $\n    size: b\n",
  "- name: a\n  drop: $\n",
];

const DOCUMENTS = [
  ...[
    "",
    "# nothing\n",
    "---\n",
    "---\n...\n",
    "--- []\n",
    "[]",
    "{}",
    "-",
    "5",
  ],
  ...["- {name: a, drop: true}\n---\n- {name: b, drop: true}\n", "- a: [\n"],
  ...["- name: a\r\n  drop: true\r\n", "- name: a\n  drop:\ttrue\t# c\n"],
  ...["- name: a\n\tdrop: true\n", "- name: a\n drop: true\n", "- - name: a"],
  ...["%YAML 1.1\n---\n- {name: a, when: {metadata.x: yes}, drop: true}\n"],
  ...['- {"name":"a","drop":true}', "- ? name\n  : a\n  ? drop\n  : true\n"],
  ...["- {name: a, name: b, drop: true}", "- {name: a, when: {1: 2, 1.0: 3}}"],
  ...[
    "- {name: a, set: {b: c, 2: d, 10: e, 1: f}}",
    "- {name: a, set: {~: b}}",
  ],
  ...["- {set: {b: c}, when: {user: x}, name: a}", "- {name: a, set: {on: b}}"],
  ...["- {name: a, when: {value: {lte: 5, gt: 1, exists: true}}, drop: true}"],
  ...["- name: a\n  set:\n    b: |2\n        c\n    d: >-\n      e\n      f\n"],
  // An alias has the letters of its anchor where that stands.
  ...["- {name: a, when: {metadata.x: &v 007, user: *v}, drop: true}"],
  ...["- {name: a, when: {user: &v 007, metadata.x: *v}, drop: true}"],
  ...["- &r {name: a, when: {user: 5}, drop: true}\n- {<<: *r, name: b}\n"],
  ...["- {name: a, drop: true, <<: {drop: 5, when: {user: 1}}}", "- {<<: 5}"],
  ...["- &r {name: a}\n- {<<: [*r, {name: b}, {drop: true}]}", "- &a [*a]"],
  ...["- {name: &n a, drop: true}\n- {name: &n b, drop: true}\n- {name: *n}"],
  ...["- *nobody", "- &a {name: x, drop: true}\n- *a\n", "'<<': 1"],
  // So many aliases of one anchor are allowed, and one more is not.
  aliases(99),
  aliases(100),
  "[".repeat(400) + "]".repeat(400),
];

function aliases(count: number): string {
  const rules = Array.from(
    { length: count },
    (_, at) => `- {name: r${at}, when: {user: *u}, drop: true}\n`,
  );
  return `- {name: a, when: {user: &u x}, drop: true}\n${rules.join("")}`;
}

async function compareYaml(python: PythonRules): Promise<void> {
  const scalars = SCALAR_PLACES.flatMap((place) =>
    SCALARS.map((scalar) => place.replace("$", () => scalar))
  );
  let refused = 0;
  for (const text of [...DOCUMENTS, ...scalars]) {
    const { error } = await compareText(python, text, builtInSchema(["b"]));
    if (error) refused++;
  }
  for (const scalar of OTHER_SCALARS) {
    const text = `- {name: a, when: {metadata.x: ${scalar}}, drop: true}`;
    const { error } = await python.apply(text, builtInSchema(["b"]));
    assertThrows(() => parseRules(text, "rules.yaml"), UsageError);
    assert(error, text);
  }
  const taken = scalars.length - refused;
  assert(taken > 100 && refused > 100, `${taken}, ${refused}`);
}
