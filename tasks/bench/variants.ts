/**
 * Finds which stages in other languages can be measured: those that are built.
 *
 * @module
 */

import { loadStageCatalog } from "../../orchestrator/stage_catalog.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { VARIANTS, type VariantSetting, variantSettings } from "./plan.ts";

/**
 * Returns those that are built, and says what builds the others.
 *
 * @param named The settings that are to be measured; undefined for all there are.
 * @param isBuilt Whether a program is there. @default {it is looked for}
 * @throws {UsageError} If one of them is not built.
 */
export async function builtVariants(
  named: readonly string[] | undefined,
  isBuilt: (program: string) => Promise<boolean> = isThere,
): Promise<VariantSetting[]> {
  const catalog = await loadStageCatalog();
  const built: VariantSetting[] = [];
  for (const each of VARIANTS) {
    const { stage, variant } = each;
    const { runs, buildWith } = catalog.variant(stage, variant);
    const canRun = runs.kind === "script" || await isBuilt(runs.program);
    const remedy = `it is not built; run: ${buildWith}`;
    const asked = variantSettings([each])
      .find(({ batch }) => named?.includes(batch));
    if (canRun) built.push(each);
    else if (asked) {
      throw new UsageError(
        `Cannot measure --settings="${asked.batch}": ${remedy}`,
      );
    } else if (!named) {
      log(`Leaving out --stage=${stage}=${variant}: ${remedy}`);
    }
  }
  return built;
}

async function isThere(program: string): Promise<boolean> {
  return await statIfThere(program) !== undefined;
}
