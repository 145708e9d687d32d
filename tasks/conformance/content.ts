/**
 * What the stages are given to work on: lines of every kind, and rules that use
 * all that rules can say.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Schema } from "../../proto/pipeline/batches.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { loadRules } from "../../stages/rules/load_rules.ts";
import type { Rule } from "../../stages/rules/rules_file.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";
import { generateEvents, mulberry32 } from "../generate/generator.ts";
import { createLineMaker, LINE_TYPES } from "../soak/event_lines.ts";
import { randomFields } from "../soak/event_schemas.ts";

const encoder = new TextEncoder();

/** The types that are generated, and those of hostile lines. */
const TYPES = ["click", "view", "purchase"];

/** The schema that is built in. */
export const SCHEMA: Schema = builtInSchema([
  ...new Set([...TYPES, ...LINE_TYPES]),
]);

/** Rules that ask for, set and drop something; JSON is YAML. */
export const RULES_TEXT = `${
  JSON.stringify(
    [
      { name: "drop-user", when: { user: "u3" }, drop: true },
      { name: "drop-large", when: { value: { gt: 95 } }, drop: true },
      { name: "big", when: { value: { gte: 40.5 } }, set: { size: "big" } },
      {
        name: "middle",
        when: { value: { gte: 20, lt: 40.5 }, "metadata.a": { ne: 0 } },
        set: { size: "middle", odd: true },
      },
      {
        name: "who",
        when: { user: { not_in: ["u1", "u2"], exists: true } },
        set: { who: "another" },
      },
      {
        name: "where",
        when: { "metadata.region": { exists: false } },
        set: { region: 0 },
      },
      {
        name: "seen",
        when: { type: ["click", "view"] },
        set: { seen: "yes" },
      },
    ],
    undefined,
    2,
  )
}\n`;

/** The rules that the text says. */
export function conformanceRules(): Promise<Rule[]> {
  return loadRules(RULES_TEXT, "conformance.yaml", SCHEMA);
}

/** Lines as the generator makes them. */
export function plainLines(count: number): Uint8Array {
  return Buffer.concat([...generateEvents({ count, types: TYPES, users: 20 })]);
}

/** Lines of which there can be very many: 66 bytes each. */
export function shortLines(count: number): Uint8Array {
  const ts = "2026-01-01T00:00:00Z";
  const line = JSON.stringify({ ts, type: "click", user: "u", value: 1 });
  return encoder.encode(`${line}\n`.repeat(count));
}

/** Lines of work items. */
export function workLines(count: number): Uint8Array {
  return Buffer.concat([
    ...generateEvents({ count, types: TYPES, workload: "mixed", users: 20 }),
  ]);
}

/** Lines of which each third is none, and each fifth is blank. */
export function mixedLines(count: number): Uint8Array {
  const lines = new TextDecoder().decode(plainLines(count)).split("\n");
  return encoder.encode(
    lines.map((line, at) => {
      if (at % 3 === 1) return `{"type":"click","at":${at}`;
      return at % 5 === 4 ? " \t" : line;
    }).join("\n"),
  );
}

/** Lines none of which is an event. */
export function rejectedLines(count: number): Uint8Array {
  return encoder.encode(
    Array.from({ length: count }, (_, at) => `{"not an event":${at}}\n`)
      .join(""),
  );
}

/**
 * Lines that are much to keep: each event has a long user of its own, and each
 * tenth line is a long reject.
 */
export function largeLines(count: number): Uint8Array {
  const ts = "2026-01-01T00:00:00Z";
  const lines = Array.from({ length: count }, (_, at) => {
    if (at % 10 === 9) return `no event ${"x".repeat(LONG_REJECT)}\n`;
    const user = String(at).padStart(LONG_USER, "u");
    return `${JSON.stringify({ ts, type: "click", user, value: at % 90 })}\n`;
  });
  return encoder.encode(lines.join(""));
}

const LONG_REJECT = 1_000;
const LONG_USER = 120;

/** Texts that break programs: in keys and values, or instead of a line. */
const HOSTILE = [
  "\u0000",
  "\u001b[31m",
  "\ufeff{}",
  "\u2028\u2029",
  "__proto__",
  "${HOME}",
  "'; drop table results; --",
  "=cmd|' /C calc'!A0",
  "\u202egnp.exe",
  "😀".repeat(20),
  "a".repeat(10_000),
  '{"ts":"2026-01-01T00:00:00Z","type":"click","user":"\\ud800","value":1}',
  '{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u","value":1e400}',
  '{"ts":"2026-13-01T00:00:00Z","type":"click","user":"u","value":1}',
  '{"ts":"2026-01-01T00:00:60Z","type":"__proto__","user":"u","value":-0}',
  '{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u","value":9007199254740993}',
  "[".repeat(5_000),
];

/** Lines of every shape, whole and damaged; some are no text at all. */
export function hostileLines(count: number, seed: number): Uint8Array {
  const random = mulberry32(seed);
  const maker = createLineMaker(random);
  const lines: Uint8Array[] = [
    ...HOSTILE.map((text) => encoder.encode(text)),
    ...[0xff, 0xc0, 0x80, 0xed].map((byte) => Uint8Array.of(0x22, byte, 0x22)),
  ];
  while (lines.length < count) {
    lines.push(maker.next([0.02, 0.2, 0.6][lines.length % 3]!));
  }
  return Buffer.concat(
    lines.flatMap((line) => [line, encoder.encode("\n")]),
  );
}

/** A schema of one's own, and lines for it. */
export interface SchemaCase {
  seed: number;
  schema: Schema;
  content: Uint8Array;
}

const FIGURES = ["count", "sum", "avg", "min", "max", "p50", "p99.9"];

/** Schemas of every shape that the rules can be of. */
export async function schemaCases(
  count: number,
  lines: number,
): Promise<SchemaCase[]> {
  const cases: SchemaCase[] = [];
  for (let seed = 1; cases.length < count; seed++) {
    const random = mulberry32(seed);
    const { schema } = randomFields(random);
    const named: Schema = {
      ...schema,
      keys: schema.keys.map((key, at) => ({ ...key, name: `k${at}` })),
      values: schema.values.map((value, at) => ({
        ...value,
        name: `v${at}`,
        of: FIGURES,
      })),
      maxGroups: random() < 0.3 && !schema.windows ? 3 : 1_000,
      // A run that ends of too many groups has nothing to compare.
      other: true,
    };
    if (!await suits(named)) continue;
    const content = hostileLines(lines, seed);
    cases.push({ seed, schema: named, content });
  }
  return cases;
}

/** False where the rules mean something else with the schema, or nothing. */
async function suits(schema: Schema): Promise<boolean> {
  try {
    const rules = await loadRules(RULES_TEXT, "conformance.yaml", schema);
    // The stage was told of them as they are with the schema that is built in.
    return JSON.stringify(rules) === JSON.stringify(await conformanceRules());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return false; // no stage could have these rules
  }
}
