/**
 * Reads the deno.json of a user, which may hold comments.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { ifThereNow } from "../../runtime/files/optional_file.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";

/** The names that it may have; Deno takes the first that is there. */
export const DENO_JSON_NAMES = ["deno.json", "deno.jsonc"];

/** What it says, as far as it matters here. */
export interface DenoJson {
  imports?: Record<string, string>;
  importMap?: string;
  nodeModulesDir?: unknown;
  lock?: unknown;
  workspace?: unknown;
}

/** A deno.json that has been found. */
export interface FoundDenoJson {
  path: string;
  text: string;
}

/** Finds the deno.json of a folder, and those of the folders above, in order. */
export function* denoJsonsAbove(folder: string): Generator<FoundDenoJson> {
  for (let at = folder;; at = dirname(at)) {
    for (const name of DENO_JSON_NAMES) {
      const path = join(at, name);
      const text = readTextNow(path);
      if (text === undefined) continue;
      yield { path, text };
      break;
    }
    if (dirname(at) === at) return;
  }
}

/** What cannot be read, Deno cannot read either, and says so. */
function readTextNow(path: string): string | undefined {
  try {
    return ifThereNow(() => Deno.readTextFileSync(path));
  } catch {
    return undefined;
  }
}

/**
 * Reads what a deno.json says.
 *
 * @throws {Failure} If it is not JSON, even with comments.
 */
export async function readDenoJson(
  { path, text }: FoundDenoJson,
): Promise<DenoJson> {
  const value = await parseJson(path, text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Failure(`Cannot read "${shortPath(path)}": it holds no object`);
  }
  return value;
}

/** The import map of a deno.json, and the file that it stands in. */
export async function importsOf(
  { path }: FoundDenoJson,
  { imports, importMap }: DenoJson,
): Promise<{ imports: Record<string, string>; path: string }> {
  // Deno takes the file only where there is nothing beside it.
  if (imports || importMap === undefined) {
    return { imports: imports ?? {}, path };
  }
  const mapPath = resolve(dirname(path), importMap);
  const text = readTextNow(mapPath);
  const map = text === undefined
    ? {}
    : await readDenoJson({ path: mapPath, text });
  return { imports: map.imports ?? {}, path: mapPath };
}

async function parseJson(path: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const { parse, printParseErrorCode } = await import("jsonc-parser");
  const errors: { error: number; offset: number; length: number }[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (!first) return value;
  const line = text.slice(0, first.offset).split("\n").length;
  throw new Failure(
    `Cannot read "${shortPath(path)}": line ${line}: ${
      printParseErrorCode(first.error)
    }`,
  );
}
