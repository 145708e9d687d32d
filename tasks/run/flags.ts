/**
 * The flags of a run over events, for the pipeline and the monolith, and the
 * files that they name.
 *
 * @module
 */

import { basename, dirname, resolve } from "node:path";
import type { Schema } from "../../proto/pipeline/batches.ts";
import { BATCH_FLAGS, batchingOf } from "../../orchestrator/batching.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import {
  bytes,
  type Flags,
  integer,
  optionalChoice,
  repeated,
  text,
  toggle,
} from "../../runtime/program/flags.ts";
import { log } from "../../runtime/program/log.ts";
import { PROJECT, shortPath, userPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { MAX_LINE_BYTES } from "../../stages/events/lines.ts";
import { WORK_TYPE } from "../../stages/events/work_item.ts";
import { loadRules } from "../../stages/rules/load_rules.ts";
import { ruleWarnings } from "../../stages/rules/rule_warnings.ts";
import { createRules } from "../../stages/rules/rules.ts";
import type { Rule } from "../../stages/rules/rules_file.ts";
import { FORMATS } from "../../stages/sink/formats.ts";
import { recordKind } from "../../stages/sink/results.ts";
import { checkApart } from "./apart.ts";
import { checkEvery, EVERY_FLAGS } from "./every.ts";
import { linkTarget } from "./claims.ts";
import { findInputs } from "./find_inputs.ts";
import { checkFollow, findFollowed, FOLLOW_FLAGS } from "./follow.ts";
import { outletOf } from "./outlets.ts";
import type { Outlets, PlannedRun } from "./planned_run.ts";
import { findReplay } from "./replay.ts";
import { SCHEMA_FLAGS, schemaOf } from "./schema.ts";
import {
  checkOutputDatabase,
  defaultName,
  outputNameOf,
  refuseDatabase,
  writingOf,
} from "./writing.ts";
import {
  defaultFile,
  generateFlags,
  writeEvents,
  type WriteOptions,
} from "../generate.ts";
import { whileShown } from "../terminal/status_line.ts";

/** Flags that say what to run, and where its files are. */
export const RUN_FLAGS = {
  ...BATCH_FLAGS,
  input: repeated(text(
    "FILE|-",
    "NDJSON to read, also gzip or zstd, also a pattern such as 'logs/*.gz'; - is standard input; may be given several times, and files may follow as words (default: generated events)",
    "",
  )),
  ...FOLLOW_FLAGS,
  replay: repeated(text(
    "FILE",
    "run the lines of a rejects file again, in place of --input",
    "",
  )),
  output: text(
    "FILE|-|sqlite:FILE",
    "the result file; - is standard output, sqlite: a database (default: .denizen/results.ndjson)",
  ),
  rejects: text(
    "FILE|-",
    "the rejects file; - is standard output (default: .denizen/rejects.ndjson)",
  ),
  format: optionalChoice(
    FORMATS,
    "what the results are written as (default: by the end of the file's name, else ndjson)",
  ),
  top: integer("write only the first results, by --sort", undefined, {
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  }),
  sort: text(
    "FIELD",
    "which results come first: the largest count, sum, tags.tier.gold, ..., or the first key",
  ),
  ...EVERY_FLAGS,
  "max-rejects": integer("rejects after which the run fails", undefined, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  "max-line": bytes("the longest line; a longer one is a reject", "1MiB", {
    min: 1,
    max: MAX_LINE_BYTES,
  }),
  "any-input": toggle(
    "take an input as it is, line by line, whatever it looks like",
  ),
  ...SCHEMA_FLAGS,
  rules: text(
    "FILE",
    "the rules file (default: stages/rules.yaml; none for another shape of events)",
  ),
  ...generateFlags,
  json: toggle("print one JSON document instead of tables"),
  help: toggle("print this"),
};

/** The flags of a run, read. */
export type RunFlags = Flags<typeof RUN_FLAGS>;

/**
 * Finds and checks the files of a run. Writes none; makes the folder of those
 * that nobody gave a place.
 *
 * @param flags The flags, read.
 * @param given The names of the flags that were given.
 * @param words The files that follow the flags: inputs too.
 * @throws {UsageError} If a file or folder that must exist does not, or the
 * flags contradict each other.
 */
export async function planRun(
  flags: RunFlags,
  given: ReadonlySet<string>,
  words: readonly string[] = [],
): Promise<PlannedRun> {
  const schema = await schemaOf(flags, knownTypes(flags));
  const rulesPath = flags.rules
    ? userPath(flags.rules)
    : schema.builtIn
    ? resolve(PROJECT, "stages/rules.yaml")
    : undefined;
  const rules = rulesPath === undefined ? [] : await loadRules(
    await readText(rulesPath, "rules"),
    shortPath(rulesPath),
    schema,
  );
  const { tags } = createRules(rules, schema); // checks what the file cannot
  // Those that ship are not written for the types of this run.
  if (flags.rules) warnOf(rules, schema, userPath(flags.rules));
  const kind = recordKind(schema, tags);
  const named = outputNameOf(flags);
  const names = { output: named.name, rejects: flags.rejects };
  const writing = writingOf(flags, named, kind);
  const outlets = await findOutlets({ ...names, json: flags.json });
  if (named.isDatabase && outlets.output) {
    throw new UsageError(
      `Cannot write --output=${flags.output}: it is not a regular file`,
    );
  }
  checkEvery(flags, { writing, outlet: outlets.output, kind });
  const isReplay = flags.replay.length > 0;
  const fileOf = async (name: "output" | "rejects") =>
    outlets[name] ? undefined : await findOutput(
      name,
      names[name]
        ? userPath(names[name])
        : await defaultFile(defaultName(name, isReplay, writing)),
    );
  const output = await fileOf("output");
  const rejects = await fileOf("rejects");
  const texts = [...flags.input, ...words];
  const isGenerated = texts.length === 0 && !isReplay;
  checkFollow(flags, isGenerated || isReplay);
  if (!isGenerated) refuseGenerating(given, isReplay ? "replay" : "input");
  if (!schema.builtIn && !isGenerated && given.has("types")) {
    throw new UsageError(
      "Cannot use --types: it names the types of the built-in events; of others, one_of in a schema file says what a key can be",
    );
  }
  if (isReplay && texts.length > 0) {
    throw new UsageError(
      "Cannot use --input with --replay: the rejects have the lines; run the other input by itself",
    );
  }
  const replay = await findReplay(flags.replay);
  const inputs = isGenerated
    ? [await defaultFile("events.ndjson")]
    : replay !== undefined
    ? [replay]
    : flags.follow
    ? await findFollowed(texts, flags["any-input"])
    : await findInputs(texts);
  await checkApart({ rules: rulesPath, output, rejects }, inputs);
  if (output && named.isDatabase) await checkOutputDatabase(output, kind);
  else if (output) await refuseDatabase("output", output);
  if (rejects) await refuseDatabase("rejects", rejects);
  return {
    batch: flags.batch,
    batching: batchingOf(flags.batch, flags.linger),
    maxLine: flags["max-line"],
    // Its texts were read as lines before.
    anyInput: flags["any-input"] || isReplay,
    follow: flags.follow,
    allowGap: flags["allow-gap"],
    maxRejects: flags["max-rejects"],
    schema,
    inputs,
    replay,
    generate: isGenerated ? flags : undefined,
    kind,
    // Of an outlet they are made when the run begins.
    output: output ?? "",
    rejects: rejects ?? "",
    writing,
    everyMs: flags.every,
    appended: flags.every !== undefined && outlets.output !== undefined,
    outlets,
    rulesPath: rulesPath && await Deno.realPath(rulesPath),
    rules,
  };
}

/**
 * Writes the input of a run that is given none.
 *
 * @param options The signal ends the writing; nothing is left of it then.
 * @throws {Failure} If it cannot be written.
 */
export async function generateInput(
  { inputs: [input], generate }: PlannedRun,
  options: WriteOptions,
): Promise<void> {
  if (!generate || input === undefined) return;
  await whileShown(
    "Generating events",
    writeEvents(generate, input, options),
  );
}

function warnOf(rules: Rule[], schema: Schema, path: string): void {
  for (const warning of ruleWarnings(rules, schema)) {
    log(`Rules "${shortPath(path)}": ${warning}`);
  }
}

function knownTypes({ workload, types }: RunFlags): string[] {
  switch (workload) {
    case "events":
    case "access-log":
      return [...types];
    case "work-items":
      return [WORK_TYPE];
    case "mixed":
      return [...new Set([...types, WORK_TYPE])];
  }
}

/** @throws {UsageError} For a flag that says what to generate. */
function refuseGenerating(given: ReadonlySet<string>, flag: string): void {
  for (
    const name of [
      "count",
      "users",
      "seed",
      "distribution",
      "payload",
      "iterations",
    ]
  ) {
    if (given.has(name)) {
      throw new UsageError(
        `Cannot use --${name} with --${flag}: it is for generated events`,
      );
    }
  }
}

/** What goes to standard output, a pipe or a device. */
async function findOutlets(
  flags: Pick<RunFlags, "output" | "rejects" | "json">,
): Promise<Outlets> {
  const outlets: Outlets = {};
  for (const name of ["output", "rejects"] as const) {
    const text = flags[name];
    const outlet = text && await outletOf(text, userPath(text));
    if (!outlet) continue;
    outlets[name] = outlet;
    if (outlet.to !== "stdout") continue;
    if (flags.json) {
      throw new UsageError(
        `Cannot use --${name}=${text} with --json: both are standard output, and the document has the results`,
      );
    }
    if (name === "rejects" && outlets.output?.to === "stdout") {
      throw new UsageError(
        `Cannot use --rejects=${text} with --output=${flags.output}: both are standard output`,
      );
    }
  }
  return outlets;
}

/**
 * Checks that a file can be put somewhere.
 *
 * @param name The flag that names it.
 * @returns Where that really is.
 * @throws {UsageError} If it cannot be.
 */
export async function findOutput(
  name: string,
  asked: string,
): Promise<string> {
  const path = await linkTarget(asked);
  const cannot = `Cannot write --${name}="${shortPath(path)}"`;
  await withPathErrors(
    `${cannot}: folder "${shortPath(dirname(path))}"`,
    async () => {
      if (!(await Deno.stat(dirname(path))).isDirectory) {
        throw new UsageError(`${cannot}: its folder is a file`);
      }
    },
  );
  const existing = await withPathErrors(cannot, () => statIfThere(path));
  if (existing?.isDirectory) throw new UsageError(`${cannot}: it is a folder`);
  // The finished file is renamed into place, which would replace a device.
  if (existing && !existing.isFile) {
    throw new UsageError(`${cannot}: it is not a regular file`);
  }
  return existing
    ? await Deno.realPath(path)
    : resolve(await Deno.realPath(dirname(path)), basename(path));
}

async function readText(path: string, what: string): Promise<string> {
  return await withPathErrors(
    `Cannot read ${what} "${shortPath(path)}"`,
    () => Deno.readTextFile(path),
  );
}
