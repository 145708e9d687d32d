/**
 * What a file says of a program that is to run: `script` or `command`, and what
 * belongs to either. config.yaml says it of a service, stages.yaml of a stage.
 *
 * @module
 */

import * as z from "zod";
import { granted, size, words } from "./scalars.ts";

/** What a script may touch. Each file says in its own words what its names are. */
export const PERMISSIONS = z.strictObject({
  net: granted.optional().describe(
    "Hosts with ports it may connect or bind to, self, or services by name",
  ).meta({ examples: [["self", "broker", "10.0.0.7:443"]] }),
  read: granted.optional().describe("Files and folders it may read").meta({
    examples: [["data"]],
  }),
  write: granted.optional().describe("Files and folders it may write").meta({
    examples: [["data/results.ndjson"]],
  }),
  env: granted.optional().describe(
    "Environment variables it may read, besides those set here; others read as unset",
  ).meta({ examples: [["LANG"]] }),
  run: granted.optional().describe("Programs it may start").meta({
    examples: [["git"]],
  }),
  ffi: granted.optional().describe("Libraries it may load").meta({
    examples: [["libsqlite3.so"]],
  }),
  sys: granted.optional().describe("System information it may read").meta({
    examples: [["hostname"]],
  }),
  import: granted.optional().describe(
    "Hosts it may import modules from; none listed: those Deno trusts",
  ).meta({ examples: [["jsr.io"]] }),
}).describe("What a script may touch; anything not listed is denied");

const ENVIRONMENT = z.union([
  z.record(
    z.string().regex(/^[^=\s]+$/, { error: "is not a variable's name" }),
    z.union([z.string(), z.number(), z.boolean(), z.null()], {
      error: "expected text",
    }),
  ),
  z.array(
    z.string().regex(/^[^=\s]+(=|$)/, {
      error: "expected NAME=value, or NAME to pass one on",
    }),
  ),
], { error: "expected a map, or a list of NAME=value" });

/** The keys of a program. */
export const PROGRAM = z.strictObject({
  script: z.string().min(1, { error: "expected a file" }).optional().describe(
    "A Deno script, run in a sandbox; relative to this file",
  ).meta({ examples: ["hello/main.ts"] }),
  command: z.array(words, {
    error: "expected a list: [program, argument, ...]",
  }).min(1, { error: "expected a program" }).optional().describe(
    "Any other program with its arguments; no shell is involved",
  ).meta({ examples: [["bin/server", "--port=8080"]] }),
  args: z.array(words, { error: "expected a list" }).default([]).describe(
    "Arguments for the script",
  ).meta({ examples: [["--address=${self.address}"]] }),
  build_with: z.string().min(1, { error: "expected a command line" }).optional()
    .describe("What builds the program; named where the program is missing")
    .meta({ examples: ["deno task build:clients"] }),
  permissions: PERMISSIONS.prefault({}),
  environment: ENVIRONMENT.prefault({}).describe("Environment variables").meta({
    examples: [{ LOG_LEVEL: "debug" }],
  }),
  mem_limit: size.optional().describe(
    "How much memory it and all it has started may use in total; above that it is restarted",
  ).meta({ examples: ["256m"] }),
}).shape;

/** What a schema makes of a program. */
export type ProgramShape = z.output<z.ZodObject<typeof PROGRAM>>;

/** Finds keys that do not go together: those of a script with a command, say. */
export function checkTogether(
  { script, command, args, permissions, build_with: buildWith }: Partial<
    ProgramShape
  >,
  { addIssue }: Pick<z.core.$RefinementCtx, "addIssue">,
): void {
  const report = (key: keyof ProgramShape, message: string) =>
    addIssue({ code: "custom", path: [key], message });
  if (command && args && args.length > 0) {
    report(
      "args",
      "belongs to script; write a command's arguments into command",
    );
  }
  if (command && permissions && Object.keys(permissions).length > 0) {
    report(
      "permissions",
      "belongs to script; a command runs without a sandbox",
    );
  }
  if (script && buildWith !== undefined) {
    report("build_with", "belongs to command; a script needs no build");
  }
}

/** Finds a program that is neither script nor command, or both. */
export function checkOneOfBoth(
  { script, command }: Pick<ProgramShape, "script" | "command">,
  { addIssue }: Pick<z.core.$RefinementCtx, "addIssue">,
): void {
  if ((script === undefined) !== (command === undefined)) return;
  addIssue({ code: "custom", message: "expected either script or command" });
}

/**
 * Returns a schema for editors, as text. Keys that start with `x-` are allowed
 * everywhere.
 */
export function editorSchema(schema: z.ZodType): string {
  const written = z.toJSONSchema(schema, {
    io: "input",
    // Examples are of what is written, where zod takes them for what is read.
    override({ zodSchema, jsonSchema }) {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (examples) jsonSchema.examples = examples as unknown[];
    },
  });
  const extensible = JSON.parse(
    JSON.stringify(written),
    (_key, value) =>
      value?.additionalProperties === false
        ? { ...value, patternProperties: { "^x-": {} } }
        : value,
  );
  return `${JSON.stringify(extensible, undefined, 2)}\n`;
}
