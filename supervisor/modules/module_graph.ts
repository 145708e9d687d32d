/**
 * Which files a script is made of, and whether it would load.
 *
 * Runs none of its code. module_watch.ts asks after each change, and
 * module_guard.ts before each start.
 *
 * @module
 */

import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inheritedEnvironment } from "../../runtime/process/environment.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { loadAdvice } from "./load_advice.ts";

/** How much is read of what Deno has to say, in characters. */
const MAX_REASON = 500;

/** An import of a file of this machine. */
export interface FileImport {
  /** The file, as an absolute path; links in it are not followed. */
  file: string;
  /** The module that imports it. */
  importer: string;
  /** What it is imported as, `text` or `json` say; undefined for code. */
  type: string | undefined;
}

/** What a script is made of. */
export interface ModuleGraph {
  /**
   * The files that it loads, as absolute paths: those of its own, not of
   * packages. What is only imported for its types is not loaded.
   */
  files: string[];
  /** How they are imported, also by what a literal `import()` names. */
  imports: FileImport[];
}

/**
 * Returns the files that a script loads, as {@linkcode ModuleGraph} has them.
 *
 * @param script An absolute path.
 * @param options `complete`: it is known to load, so that nothing has to be
 * fetched to follow it into packages that are linked from this machine.
 */
export async function readModuleFiles(
  script: string,
  { complete, signal }: { complete: boolean; signal: AbortSignal },
): Promise<string[]> {
  const info = await readInfo(
    pathToFileURL(script).href,
    complete ? [] : NOTHING_FETCHED,
    { cwd: dirname(script), signal },
  );
  return graphOf(script, info).files;
}

/**
 * Reads what scripts are made of, with one look for all of them. Nothing is
 * fetched: what is missing is missing.
 *
 * @param scripts Absolute paths; the same deno.json applies to all of them.
 * @param options `cwd`: a folder from which that deno.json is found.
 * @throws {Failure} With Deno's words, if it cannot read any graph.
 */
export async function readModuleGraphs(
  scripts: readonly string[],
  options: { cwd: string; signal: AbortSignal },
): Promise<Map<string, ModuleGraph>> {
  const imports = scripts.map((script) =>
    `import ${JSON.stringify(pathToFileURL(script).href)};`
  );
  const info = await readInfo(
    `data:text/javascript,${encodeURIComponent(imports.join(""))}`,
    [...NOTHING_FETCHED, "--no-lock"],
    options,
  );
  return new Map(scripts.map((script) => [script, graphOf(script, info)]));
}

const NOTHING_FETCHED = ["--no-remote", "--no-npm"];

/** The part of `deno info --json` that is of use here. */
interface ModuleInfo {
  modules: {
    specifier: string;
    dependencies?: {
      code?: { specifier?: string };
      assertionType?: string;
    }[];
  }[];
  redirects?: Record<string, string>;
}

async function readInfo(
  root: string,
  flags: readonly string[],
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<ModuleInfo> {
  const args = ["info", "--json", ...flags, root];
  const { success, stdout, stderr } = await deno(args, "", cwd, signal);
  if (!success) throw new Failure(reasonIn(stderr));
  return JSON.parse(stdout);
}

/** Follows the imports of one script. */
function graphOf(
  script: string,
  { modules, redirects = {} }: ModuleInfo,
): ModuleGraph {
  const moduleOf = new Map(modules.map((each) => [each.specifier, each]));
  const imports: FileImport[] = [];
  const root = pathToFileURL(script).href;
  const seen = new Set([root]);
  for (const next of seen) {
    for (const each of moduleOf.get(next)?.dependencies ?? []) {
      if (each.code?.specifier === undefined) continue;
      const specifier = redirects[each.code.specifier] ?? each.code.specifier;
      seen.add(specifier); // a set is walked through while it grows
      if (!specifier.startsWith("file:")) continue;
      imports.push({
        file: pathOf(specifier),
        importer: next.startsWith("file:") ? pathOf(next) : next,
        type: each.assertionType,
      });
    }
  }
  const files = new Set([script, ...imports.map(({ file }) => file)]);
  return { files: [...files], imports };
}

/** Returns the path of a file: URL; the URL where no file can be called so. */
function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    if (error instanceof TypeError) return url;
    throw error;
  }
}

/**
 * Finds out whether a script would load: whether each of its modules can be
 * found, read and compiled, and exports what others import from it. Types are
 * not checked, as they are not when it is run.
 *
 * Modules are all linked before the first of them runs; the first one here ends
 * the process.
 *
 * @returns What is wrong, in a line; undefined if it would load.
 */
export async function findLoadProblem(
  script: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { success, stderr } = await deno(
    ["run", "--quiet", "--cached-only", "--no-prompt", "-"],
    `import "data:text/javascript,Deno.exit(0)"; import ${
      JSON.stringify(pathToFileURL(script).href)
    };`,
    dirname(script),
    signal,
  );
  if (success) return undefined;
  return loadAdvice(stderr, script) ?? reasonIn(stderr);
}

/** Returns what Deno says is wrong, and where, without its drawing. */
function reasonIn(stderr: string): string {
  const [first = ""] = stderr.split("\n");
  const what = first.replace(/^error: (Uncaught )?/, "");
  const place = /^\s+at (?:<anonymous> \()?(file:\/\/[^\s()]+?)(:\d+:\d+)\)?$/m
    .exec(stderr);
  const where = place ? ` at ${fileURLToPath(place[1]!)}${place[2]}` : "";
  return `${what}${where}`.slice(0, MAX_REASON);
}

/** Runs Deno on modules that it only has to look at. */
async function deno(
  args: readonly string[],
  stdin: string,
  cwd: string,
  signal: AbortSignal,
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { ...inheritedEnvironment(), NO_COLOR: "1" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(stdin))
    .then(() => writer.close())
    .catch(() => {}); // it has ended without reading: its output says why
  const [{ success, stdout, stderr }] = await Promise.all([
    child.output(),
    written,
  ]);
  const decoder = new TextDecoder();
  return {
    success,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
