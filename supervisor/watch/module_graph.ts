/**
 * Which files a script is made of, and whether it would load.
 *
 * Runs none of its code. module_watch.ts asks after each change.
 *
 * @module
 */

import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inheritedEnvironment } from "../../runtime/process/environment.ts";

/** How much is read of what Deno has to say, in characters. */
const MAX_REASON = 500;

/**
 * Returns the files that a script loads, as absolute paths: those of its own,
 * not of packages. What is only imported for its types is not loaded.
 *
 * @param script An absolute path.
 * @param options `complete`: it is known to load, so that nothing has to be
 * fetched to follow it into packages that are linked from this machine.
 */
export async function readModuleGraph(
  script: string,
  { complete, signal }: { complete: boolean; signal: AbortSignal },
): Promise<string[]> {
  const { stdout } = await deno(
    [
      ...["info", "--json"],
      ...complete ? [] : ["--no-remote", "--no-npm"],
      pathToFileURL(script).href,
    ],
    "",
    dirname(script),
    signal,
  );
  const { roots, modules, redirects = {} }: ModuleInfo = JSON.parse(stdout);
  const moduleOf = new Map(modules.map((each) => [each.specifier, each]));
  const files = new Set([script]);
  const left = [...roots];
  const seen = new Set(left);
  for (let next; (next = left.shift()) !== undefined;) {
    if (next.startsWith("file:")) files.add(fileURLToPath(next));
    for (const { code } of moduleOf.get(next)?.dependencies ?? []) {
      if (code?.specifier === undefined) continue;
      const specifier = redirects[code.specifier] ?? code.specifier;
      if (seen.has(specifier)) continue;
      seen.add(specifier);
      left.push(specifier);
    }
  }
  return [...files];
}

/** The part of `deno info --json` that is of use here. */
interface ModuleInfo {
  roots: string[];
  modules: {
    specifier: string;
    dependencies?: { code?: { specifier?: string } }[];
  }[];
  redirects?: Record<string, string>;
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
  return success ? undefined : reasonIn(stderr);
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
