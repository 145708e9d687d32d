/**
 * Writes the list of the dashboard's page: each of its files, imported as text.
 *
 * It is JavaScript, since of TypeScript the check would follow the imports, and
 * take what is written for a browser for a part of the server. schema.ts calls
 * it; a test compares.
 *
 * @module
 */

import { join, relative } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";
import { formatted } from "./formatted.ts";

/** Where the list is. */
export const PAGE_FILES = "dashboard/server/page_files.js";

const PAGE = join(PROJECT, "dashboard/page");
/** What is served of it. */
const SERVED = /\.(?:ts|css|html|svg)$/;

/** Returns the list as it is to be. */
export async function pageFiles(): Promise<string> {
  const paths = (await filesIn(PAGE)).map((path) => relative(PAGE, path))
    .filter((path) => SERVED.test(path))
    .sort();
  return await formatted(
    `// @ts-self-types="./page_files.d.ts"
/**
 * Each file of the page, by its path below page/.
 *
 * Written by \`deno task schema\`: an import has to be spelled out, so that a
 * sandboxed server needs no right to read what it serves.
 *
 * @module
 */

${
      paths.map((path) =>
        `import ${nameOf(path)} from "../page/${path}" with { type: "text" };`
      ).join("\n")
    }

export const PAGE_FILES = {
${
      paths.map((path) => `  ${JSON.stringify(path)}: ${nameOf(path)},`)
        .join("\n")
    }
};
`,
    "js",
  );
}

/** One that stays the same when others come: ui/table.ts is UI_TABLE_TS. */
function nameOf(path: string): string {
  return path.toUpperCase().replaceAll(/\W/g, "_");
}

async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) files.push(...await filesIn(path));
    else files.push(path);
  }
  return files;
}
