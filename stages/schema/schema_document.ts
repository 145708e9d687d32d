/**
 * The shape of a schema file. The zod schema is the only definition: types,
 * defaults, messages and schema.schema.json all come from it.
 *
 * @module
 */

import * as z from "zod";
import {
  DEFAULT_MAX_GROUPS,
  FIGURES,
  isFigure,
  REQUIRED_KINDS,
  TIME_FORMATS,
  VALUE_KINDS,
} from "./schema.ts";

const NAME_EXPECTED = "expected a name without dots or line ends";
/** What something is called in the results. */
const NAME = z.string({ error: "expected text" })
  .regex(/^[^.\n\r]+$/, NAME_EXPECTED);

/** Zod passes over this one, as if it were not there. */
export const HIDDEN_NAME = "__proto__";
export const HIDDEN_NAME_EXPECTED =
  `expected another name, and field: ${HIDDEN_NAME} with it`;
/** The key of a map, as it is here only. */
const VALUE_NAME = NAME.regex(/^(?!__proto__$)/, HIDDEN_NAME_EXPECTED);

const PATH_EXPECTED = "expected a field, such as status or request.host";
const FIELD = z.union([
  z.string().regex(/^[^.]+(\.[^.]+)*$/, PATH_EXPECTED),
  z.array(z.string({ error: "expected text" }).min(1, PATH_EXPECTED))
    .min(1, PATH_EXPECTED),
], { error: PATH_EXPECTED }).describe(
  "A field by its path, such as request.host; as a list where a name has a dot",
);

const SCALAR = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: "expected text, a number, true, false or null",
});

const KEY_EXPECTED = "expected a field, or a map with field";
const KEY = z.union([
  FIELD,
  z.strictObject({
    field: FIELD,
    name: NAME.optional().describe("What it is called in the results"),
    one_of: z.array(SCALAR, { error: "expected a list" })
      .min(1, "expected at least one value").optional().describe(
        "What it may be; an event with anything else is a reject",
      ),
  }),
], { error: KEY_EXPECTED });

const FIGURE = z.string({ error: "expected text" }).refine(isFigure, {
  error: `expected ${FIGURES.join(", ")}, or a percentile such as p95`,
}).meta({
  pattern: `^(${FIGURES.join("|")}|p\\d{1,2}(\\.\\d{1,3})?|p100)$`,
});

const VALUE = z.strictObject({
  field: FIELD.optional().describe("The field, where it is not the name"),
  of: z.array(FIGURE, { error: "expected a list of figures" })
    .min(1, "expected at least one figure")
    .describe("What is wanted of it").meta({
      examples: [["count", "sum", "avg", "min", "max"], ["avg", "p95"]],
    }),
  as: z.enum(VALUE_KINDS, { error: `expected ${VALUE_KINDS.join(" or ")}` })
    .default("integer").describe(
      "Read as exact integers of any length, or as doubles with fractions",
    ),
}, {
  error: ({ code }) =>
    code === "invalid_type" ? "expected a map with of" : undefined,
});

const REQUIRED = z.union([
  FIELD,
  z.strictObject({
    field: FIELD,
    as: z.enum(REQUIRED_KINDS, {
      error: `expected ${REQUIRED_KINDS.join(", ")}`,
    }).describe("What it must be"),
  }),
], { error: "expected a field, or a map with field and as" });

/** A schema file. */
export const SCHEMA_DOCUMENT = z.strictObject({
  time: z.strictObject({
    field: FIELD,
    format: z.enum(TIME_FORMATS, {
      error: `expected ${TIME_FORMATS.join(", ")}`,
    }).default("rfc3339").describe("How it is written"),
  }, {
    error: ({ code }) =>
      code === "invalid_type" ? "expected a map with field" : undefined,
  }).optional().describe("When an event was; without it there are no windows"),
  key: z.array(KEY, { error: "expected a list of fields" }).default([])
    .describe("What makes a group; without it all events are one"),
  values: z.record(VALUE_NAME, VALUE, {
    error: "expected names and their figures",
  })
    .default({}).describe("What is computed for each group"),
  max_groups: z.int({ error: "expected a whole number" })
    .min(1, "expected at least 1").max(
      100_000_000,
      "expected at most 100000000",
    )
    .default(DEFAULT_MAX_GROUPS)
    .describe("How many groups there may be at once"),
  other: z.boolean({ error: "expected true or false" }).default(false)
    .describe("Puts the groups beyond max_groups together, and goes on"),
  required: z.array(REQUIRED, { error: "expected a list of fields" })
    .default([]).describe("Fields without which an event is a reject"),
}, {
  error: ({ code }) =>
    code === "invalid_type" ? "expected time, key, values" : undefined,
}).describe("What the events of a run are");

/** What a schema file holds, its defaults filled in. */
export type SchemaDocument = z.output<typeof SCHEMA_DOCUMENT>;

/** Returns events.schema.json: the schema for editors, as text. */
export function schemaJsonSchema(): string {
  const schema = z.toJSONSchema(SCHEMA_DOCUMENT, { io: "input" });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
