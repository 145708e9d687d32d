/**
 * The shape of stages.yaml: what a stage runs, in the words of config.yaml.
 *
 * This schema is the only definition: types, messages and stages.schema.json
 * all come from it.
 *
 * @module
 */

import * as z from "zod";
import {
  checkOneOfBoth,
  checkTogether,
  editorSchema,
  PERMISSIONS,
  PROGRAM,
  type ProgramShape,
} from "../runtime/config/program_schema.ts";
import { granted } from "../runtime/config/scalars.ts";
import { STAGES } from "../stages/names.ts";
import { DEFAULT_VARIANT, GIVEN, NEXT, SELF } from "./stage_words.ts";

/** What a stage or a variant of it runs. */
const RUNS = z.strictObject({
  ...PROGRAM,
  script: PROGRAM.script.meta({ examples: ["parse/main.ts"] }),
  command: PROGRAM.command.meta({ examples: [["target/release/parse"]] }),
  args: PROGRAM.args.describe(
    "Arguments for the script; those of the stage follow them",
  ).meta({ examples: [["--fast"]] }),
  build_with: PROGRAM.build_with.meta({
    examples: ["deno task build:stages"],
  }),
  permissions: PERMISSIONS.extend({
    net: granted.optional().describe(
      `Hosts with ports it may connect or bind to; ${SELF}: where it serves, ${NEXT}: the stage after it`,
    ).meta({ examples: [[SELF, NEXT]] }),
    read: granted.optional().describe(
      `Files and folders it may read; ${GIVEN}: what this run gives it to read`,
    ).meta({ examples: [[GIVEN]] }),
    write: granted.optional().describe(
      `Files and folders it may write; ${GIVEN}: what this run gives it to write`,
    ).meta({ examples: [[GIVEN]] }),
  }).describe("What a script may touch; anything not listed is denied")
    .prefault({}),
  mem_limit: PROGRAM.mem_limit.describe(
    "How much memory it and all it has started may use in total; above that it is started again, and the run goes on from its last checkpoint",
  ),
  lanes: z.boolean({ error: "expected true or false" }).default(true).describe(
    "Whether several processes of it can share the work, as --workers asks for",
  ),
}).shape;

const VARIANT = z.strictObject(RUNS).superRefine(checkOneOfBoth)
  .superRefine(checkTogether)
  .describe("One way to run the stage: either a script or a command");

const VARIANTS = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, {
    error: "is not a variant's name: use letters, digits, - and _",
  }).refine((name) => name !== DEFAULT_VARIANT, {
    error: "stands for what the stage itself runs; choose another name",
  }),
  VARIANT,
);

const STAGE = z.strictObject({
  ...RUNS,
  variants: VARIANTS.default({}).describe(
    "Other ways to run the stage, by name; --stage=STAGE=VARIANT picks one",
  ),
}).superRefine((stage, context) => {
  // Variants alone are added to what the stage runs otherwise.
  if (saysNoProgram(stage) && Object.keys(stage.variants).length > 0) return;
  checkOneOfBoth(stage, context);
}).superRefine(checkTogether).describe(
  "What the stage runs: either a script or a command",
);

/** The whole file. Keys that start with `x-` are removed before. */
export const STAGES_SCHEMA = z.strictObject({
  stages: z.strictObject(
    Object.fromEntries(
      STAGES.map((stage) => [stage, STAGE.optional()]),
    ) as Record<typeof STAGES[number], z.ZodOptional<typeof STAGE>>,
  ).describe("The stages; one that is not named runs what ships with Denizen"),
});

/** What the schema makes of one way to run a stage. */
export type VariantShape = z.output<typeof VARIANT>;

/** What the schema makes of a stage. */
export type StageShape = z.output<typeof STAGE>;

/** What the schema makes of the stages. */
export type StagesShape = z.output<typeof STAGES_SCHEMA>["stages"];

/** Returns stages.schema.json: the schema for editors, as text. */
export function stagesJsonSchema(): string {
  return editorSchema(STAGES_SCHEMA);
}

function saysNoProgram(
  { script, command }: Pick<ProgramShape, "script" | "command">,
): boolean {
  return script === undefined && command === undefined;
}
