/**
 * Writes config.schema.json, events.schema.json and stages.schema.json, with which
 * editors complete and check config.yaml, a file for --schema and one for
 * --stages, and three pages for people: docs/config.md, docs/commands.md and
 * docs/conformance.md. Puts the tables
 * of bench/results.json into docs/performance.md, and the rules that ship, already
 * read, into stages/rules/shipped_rules.json. What others rely on by name goes into
 * docs/interfaces.json, and the files of the dashboard's page into a list.
 *
 * Run `deno task schema` after supervisor/config/schema.ts, a command or the
 * results have changed, or a check of a stage, or stages/rules.yaml, or a file of
 * dashboard/page was added or removed. Tests compare.
 *
 * @module
 */

import { join } from "node:path";
import { SHIPPED_STAGES } from "../../orchestrator/stage_catalog.ts";
import { stagesJsonSchema } from "../../orchestrator/stage_schema.ts";
import { parseStages } from "../../orchestrator/stages_file.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { parseRules } from "../../stages/rules/rules_file.ts";
import { schemaJsonSchema } from "../../stages/schema/schema_document.ts";
import { configJsonSchema } from "../../supervisor/config/schema.ts";
import { commandReference } from "./command_reference.ts";
import { conformanceReference } from "./conformance_reference.ts";
import { configReference } from "./config_reference.ts";
import { formatted } from "./formatted.ts";
import { recordInterfaces } from "./interfaces.ts";
import { PAGE_FILES, pageFiles } from "./page_files.ts";
import { withTables } from "./performance_tables.ts";
import { readResults } from "../bench/results_file.ts";

/** Returns docs/config.md as it is to be. */
export function configPage(): Promise<string> {
  return formatted(configReference(JSON.parse(configJsonSchema())));
}

/** Returns docs/commands.md as it is to be. */
export async function commandsPage(): Promise<string> {
  return await formatted(await commandReference());
}

/** Returns docs/conformance.md as it is to be. */
export function conformancePage(): Promise<string> {
  return formatted(conformanceReference());
}

/** Returns docs/performance.md as it is to be. */
export async function performancePage(): Promise<string> {
  const page = await Deno.readTextFile(join(PROJECT, PERFORMANCE_PAGE));
  const results = await readResults(join(PROJECT, "bench/results.json"));
  return await formatted(withTables(page, results));
}

/** Returns stages/rules/shipped_rules.json as it is to be. */
export async function shippedRules(): Promise<string> {
  const text = await Deno.readTextFile(join(PROJECT, "stages/rules.yaml"));
  const rules = parseRules(text, "stages/rules.yaml");
  return await formatted(JSON.stringify({ text, rules }, null, 2), "json");
}

/** Returns orchestrator/shipped_stages.json as it is to be. */
export async function shippedStages(): Promise<string> {
  const text = await Deno.readTextFile(SHIPPED_STAGES);
  const stages = parseStages(text, { path: SHIPPED_STAGES, variables: {} });
  return await formatted(JSON.stringify({ text, stages }, null, 2), "json");
}

const PERFORMANCE_PAGE = "docs/performance.md";

if (import.meta.main) {
  await Deno.writeTextFile(
    join(PROJECT, "config.schema.json"),
    configJsonSchema(),
  );
  await Deno.writeTextFile(
    join(PROJECT, "events.schema.json"),
    schemaJsonSchema(),
  );
  await Deno.writeTextFile(
    join(PROJECT, "stages.schema.json"),
    stagesJsonSchema(),
  );
  await Deno.writeTextFile(
    join(PROJECT, "orchestrator/shipped_stages.json"),
    await shippedStages(),
  );
  await Deno.writeTextFile(join(PROJECT, "docs/config.md"), await configPage());
  await Deno.writeTextFile(
    join(PROJECT, "docs/commands.md"),
    await commandsPage(),
  );
  await Deno.writeTextFile(
    join(PROJECT, "docs/conformance.md"),
    await conformancePage(),
  );
  await Deno.writeTextFile(
    join(PROJECT, PERFORMANCE_PAGE),
    await performancePage(),
  );
  await Deno.writeTextFile(
    join(PROJECT, "stages/rules/shipped_rules.json"),
    await shippedRules(),
  );
  await Deno.writeTextFile(join(PROJECT, PAGE_FILES), await pageFiles());
  await recordInterfaces();
}
