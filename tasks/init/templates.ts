/**
 * What `init` can begin a project with.
 *
 * A template is a folder below templates/: its files are checked and tested
 * where they lie. The calculator is the one of this project.
 *
 * @module
 */

import { join, relative } from "node:path";
import OUR_CONFIG from "../../deno.json" with { type: "json" };
import { STATE_FOLDER } from "../../supervisor/config/config.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { starterConfig } from "./starter_config.ts";

/** The templates by name; the first one is the default. */
export const TEMPLATES = [
  "service",
  "pipeline",
  "calculator",
  "empty",
] as const;

/** The name of a template. */
export type Template = typeof TEMPLATES[number];

/** A file of a project that is begun. */
export interface StarterFile {
  /** Relative to the project's folder. */
  path: string;
  text: string;
}

/** The file that says how the names of the library are found. */
export const DENO_JSON = "deno.json";

/** The file that says what git leaves alone. */
export const GIT_IGNORE = ".gitignore";

/** The line of it that leaves out what Denizen makes. */
export const IGNORED = `${STATE_FOLDER}/`;

/** Files of this project that a template has too. */
const SHARED: Partial<Record<Template, readonly string[]>> = {
  calculator: ["calculator", "proto/calculator", "proto/types/calculator"],
};

/** Source files; what lies beside those in other languages is not meant. */
const SOURCE = /\.(ts|proto)$/;
const OTHER_LANGUAGES = ["rust", "cpp"];

/** How our contracts import what others have as `denizen`. */
const OWN_IMPORT = `"../contract.ts"`;

/** Reads the files that a template makes, sorted. */
export async function starterFiles(
  template: Template,
): Promise<StarterFile[]> {
  const home = join(import.meta.dirname!, "templates", template);
  const own = await Array.fromAsync(filesIn(home), (path) => ({
    path: relative(home, path),
    text: withOrigin(relative(home, path), Deno.readTextFileSync(path)),
  }));
  const files = [...own, ...await sharedFiles(SHARED[template] ?? [])];
  const some = (ending: string) =>
    files.some(({ path }) => path.endsWith(ending));
  const config = starterConfig({
    scripts: some(".ts"),
    tests: some("_test.ts"),
  });
  return [
    ...files,
    { path: DENO_JSON, text: config },
    { path: GIT_IGNORE, text: `# What Denizen makes.\n${IGNORED}\n` },
  ].toSorted((a, b) => a.path < b.path ? -1 : 1);
}

/** Tells whoever clones the project which `denizen` it needs. */
function withOrigin(path: string, text: string): string {
  if (path !== "README.md") return text;
  const { version } = OUR_CONFIG;
  return `${text}
This project was begun with Denizen ${version}. Its package brings the command:
\`npm install --global denizen-${version}.tgz\`, and its clone \`deno task install\`.
\`denizen version\` says which one you have.
`;
}

/** Reads files of this project, as they are written in a project of one's own. */
async function sharedFiles(
  folders: readonly string[],
): Promise<StarterFile[]> {
  const files: StarterFile[] = [];
  for (const folder of folders) {
    for await (const path of filesIn(join(PROJECT, folder))) {
      if (!SOURCE.test(path)) continue;
      const text = await Deno.readTextFile(path);
      files.push({
        path: relative(PROJECT, path),
        text: text.replaceAll(OWN_IMPORT, `"denizen"`),
      });
    }
  }
  return files;
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (!isDirectory) yield path;
    else if (!OTHER_LANGUAGES.includes(name)) yield* filesIn(path);
  }
}
