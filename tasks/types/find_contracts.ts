/**
 * Finds the .proto files of a project, and the paths by which they import each
 * other.
 *
 * @module
 */

import { basename, dirname, join, relative, sep } from "node:path";
import protobuf from "protobufjs";
import { isThere, statIfThere } from "../../runtime/files/optional_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { DEFAULT_CONFIG } from "../../supervisor/config/config.ts";
import { DENO_JSON_NAMES } from "../library/deno_json.ts";

/** Contracts that import each other. */
export interface Contracts {
  /** Where the paths begin by which they do, as an absolute path. */
  root: string;
  /** Their texts by these paths. */
  texts: ReadonlyMap<string, string>;
}

/** Where contracts lie in a project, and below that their types. */
const PROTO = "proto";
export const TYPES = "types";

/** Says that a folder is a project's. */
const PROJECT_FILES = [DEFAULT_CONFIG, ...DENO_JSON_NAMES];

/**
 * Finds contracts.
 *
 * @param words Files and folders as the user has written them; none: `proto` in
 * the nearest folder with a config or a deno.json.
 * @throws {UsageError} If there are none.
 */
export async function findContracts(
  words: readonly string[],
): Promise<Contracts[]> {
  if (words.length === 0) return [await inFolder(await projectsProto())];
  const found: Contracts[] = [];
  for (const word of words) {
    const path = userPath(word);
    const info = await statIfThere(path);
    if (!info) {
      throw new UsageError(
        `Cannot find contracts: there is no "${shortPath(path)}"`,
      );
    }
    found.push(info.isDirectory ? await inFolder(path) : await ofFile(path));
  }
  return found;
}

async function projectsProto(): Promise<string> {
  const start = userPath(".");
  for (let at = start; dirname(at) !== at; at = dirname(at)) {
    const isProject = await Promise.all(
      PROJECT_FILES.map((name) => isThere(join(at, name), { unknown: false })),
    );
    if (isProject.some(Boolean)) return join(at, PROTO);
  }
  return join(start, PROTO);
}

async function inFolder(root: string): Promise<Contracts> {
  const texts = new Map<string, string>();
  if (await isThere(root)) {
    for await (const path of protosBelow(root)) {
      texts.set(path, await Deno.readTextFile(join(root, path)));
    }
  }
  if (texts.size > 0) return { root, texts };
  throw new UsageError(
    `Cannot find contracts: "${
      shortPath(root)
    }" has no .proto file; name files or folders that are contracts`,
  );
}

/**
 * The .proto files below a folder, sorted, as they are imported from there; also
 * behind links, but for one that leads to a folder that it is in.
 */
async function* protosBelow(
  root: string,
  below = "",
  above: readonly string[] = [],
): AsyncGenerator<string> {
  const real = await Deno.realPath(join(root, below));
  if (above.includes(real)) return;
  const entries = await Array.fromAsync(Deno.readDir(join(root, below)));
  for (const entry of entries.toSorted(byName)) {
    const { name } = entry;
    const path = below === "" ? name : `${below}/${name}`;
    const found = entry.isSymlink ? await statIfThere(join(root, path)) : entry;
    if (found?.isDirectory) {
      if (!name.startsWith(".") && name !== "node_modules") {
        yield* protosBelow(root, path, [...above, real]);
      }
    } else if (found?.isFile && name.endsWith(".proto")) yield path;
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** A file, and what it imports from where its package begins. */
async function ofFile(path: string): Promise<Contracts> {
  if (!path.endsWith(".proto")) {
    throw new UsageError(
      `Cannot read "${shortPath(path)}" as a contract: it is no .proto file`,
    );
  }
  const root = rootOf(path, await Deno.readTextFile(path));
  const texts = new Map<string, string>();
  const wanted = new Set([relative(root, path).replaceAll(sep, "/")]);
  for (const each of wanted) { // a set is walked through while it grows
    const file = join(root, each);
    if (!await isThere(file)) continue; // whoever imports it says so
    const text = await Deno.readTextFile(file);
    texts.set(each, text);
    for (const { path } of importsOf(text)) {
      if (!isGoogles(path)) wanted.add(path);
    }
  }
  return { root, texts };
}

/** shop/v1/order.proto of package shop.v1 is imported from above shop/. */
function rootOf(path: string, text: string): string {
  const folder = dirname(path);
  const [, name = ""] = /^\s*package\s+([\w.]+)\s*;/m.exec(text) ?? [];
  let root = folder;
  for (const part of name.split(".").reverse()) {
    if (basename(root) !== part) return folder;
    root = dirname(root);
  }
  return root;
}

/** An import of a .proto file. */
export interface ProtoImport {
  path: string;
  /** Where it stands, from 1 on. */
  line: number;
}

/** Lists what a .proto file imports. */
export function importsOf(text: string): ProtoImport[] {
  return text.split("\n").flatMap((line, at) => {
    const [, path] =
      /^\s*import\s+(?:public\s+|weak\s+)?["']([^"']+)["']\s*;/.exec(line) ??
        [];
    return path === undefined ? [] : [{ path, line: at + 1 }];
  });
}

/** True of a contract of Google's that needs not be there. */
export function isGoogles(path: string): boolean {
  return protobuf.common.get(path) !== null;
}
