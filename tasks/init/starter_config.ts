/**
 * The deno.json of a project of one's own, and what of it has to be added to
 * one that is there.
 *
 * @module
 */

import DENO_JSON from "../../deno.json" with { type: "json" };
import { LIBRARY_IMPORTS } from "../../runtime/program/library_names.ts";
import { STATE_FOLDER } from "../../supervisor/config/config.ts";

/** Packages that the generated types of a contract name, as ours do. */
const TYPES = {
  "@grpc/grpc-js": DENO_JSON.imports["@grpc/grpc-js"],
  "@grpc/proto-loader": DENO_JSON.imports["@grpc/proto-loader"],
};

/** What no project can do without. */
const NEEDED = {
  imports: { ...TYPES, ...LIBRARY_IMPORTS },
  allowScripts: { deny: DENO_JSON.allowScripts.deny },
};

/** Where a package.json is in force, Deno would look for node_modules else. */
const NO_MODULES_FOLDER = { nodeModulesDir: DENO_JSON.nodeModulesDir };

/** What is well to have where there are scripts, and tests. */
const CHECK = "deno fmt --check && deno lint && deno check .";
const TEST = "deno test --allow-net=127.0.0.1 --ignore-env --permit-no-files";
const COMPILER_OPTIONS = {
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
};

/** What others write. */
const EXCLUDED = { exclude: [STATE_FOLDER, "proto/types"] };

/**
 * Returns the text of a deno.json.
 *
 * @param has Whether there is something to check, and something to test.
 * Both, unless said otherwise.
 */
export function starterConfig(
  { scripts = true, tests = scripts }: { scripts?: boolean; tests?: boolean } =
    {},
): string {
  return textOf({
    ...NEEDED,
    ...NO_MODULES_FOLDER,
    ...scripts
      ? {
        tasks: { check: CHECK, ...tests ? { test: TEST } : {} },
        compilerOptions: COMPILER_OPTIONS,
      }
      : {},
    ...EXCLUDED,
  });
}

/**
 * Returns what has to be added by hand to a deno.json that is there.
 *
 * @param text What it says; with comments it may be no JSON.
 * @param hasPackageJson Whether a package.json lies beside it.
 * @returns JSON; undefined if it says all of it.
 */
export function missingFrom(
  text: string,
  hasPackageJson: boolean,
): string | undefined {
  const isNew = (name: string) => !text.includes(`"${name}"`);
  const imports = Object.entries(NEEDED.imports).filter(([name]) =>
    isNew(name)
  );
  const missing = {
    ...(imports.length > 0 ? { imports: Object.fromEntries(imports) } : {}),
    ...(isNew("allowScripts") ? { allowScripts: NEEDED.allowScripts } : {}),
    ...(hasPackageJson && isNew("nodeModulesDir") ? NO_MODULES_FOLDER : {}),
  };
  return Object.keys(missing).length > 0 ? textOf(missing) : undefined;
}

/** Writes it as `deno fmt` leaves it. */
function textOf(config: object): string {
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
