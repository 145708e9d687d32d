/**
 * The files that a contract consists of: their import paths, and what of
 * Google's they import.
 *
 * Reads no file: the texts are given, and Google's definitions come with
 * protobufjs. contract.ts and file_descriptors.ts build on it.
 *
 * @module
 */

import protobuf from "protobufjs";
import API from "protobufjs/google/protobuf/api.json" with { type: "json" };
import DESCRIPTOR from "protobufjs/google/protobuf/descriptor.json" with {
  type: "json",
};
import SOURCE_CONTEXT from "protobufjs/google/protobuf/source_context.json" with {
  type: "json",
};
import TYPE from "protobufjs/google/protobuf/type.json" with { type: "json" };
import { parserFault, ruleFault } from "./contract_faults.ts";
import { notImported } from "./contract_imports.ts";
import { brokenRules } from "./contract_rules.ts";
import type { ContractFile } from "./described.ts";

// Besides those that protobufjs knows by itself.
protobuf.common("api", API.nested.google.nested.protobuf.nested);
protobuf.common("descriptor", DESCRIPTOR.nested.google.nested.protobuf.nested);
protobuf.common(
  "source_context",
  SOURCE_CONTEXT.nested.google.nested.protobuf.nested,
);
protobuf.common("type", TYPE.nested.google.nested.protobuf.nested);

/**
 * Texts of .proto files by the paths that others import them by, for example
 * `{ "shop/v1/order.proto": ORDER_PROTO }`, or one text whose path does not
 * matter.
 */
export type ContractTexts = string | Readonly<Record<string, string>>;

/** A .proto file that has been parsed. */
export interface ParsedFile {
  path: string;
  package: string;
  /** The paths that it imports, as far as they are known. */
  imports: string[];
  /** True for Google's, whose field names are in camelCase. */
  common: boolean;
}

/** The contents of files, in one tree. */
export interface ParsedFiles {
  root: protobuf.Root;
  files: ParsedFile[];
}

/** What protobuf.parse marks everything with, which is not declared. */
const marking = protobuf.parse as unknown as { filename: string | null };

/** Names each text by its import path. */
export function contractFiles(texts: readonly ContractTexts[]): ContractFile[] {
  const files: ContractFile[] = [];
  for (const each of texts) {
    if (typeof each !== "string") {
      for (const [path, text] of Object.entries(each)) {
        files.push({ path, text, named: true });
      }
      continue;
    }
    const usual = usualPath(each);
    const taken = files.filter(({ path }) => path.startsWith(usual)).length;
    const path = taken === 0 ? usual : `${usual}_${taken + 1}`;
    files.push({ path: `${path}.proto`, text: each, named: false });
  }
  return files;
}

/** Where a text would lie: package shop.v1 in shop/v1/shop.proto. */
function usualPath(text: string): string {
  const [, name = "contract"] =
    /(?:^|;)\s*package\s+([\w.]+)\s*;/m.exec(text) ?? [];
  const words = name.split(".");
  const file = words.findLast((word) => !/^v\d/.test(word)) ?? name;
  return [...words, file].join("/");
}

/**
 * Parses files and what they import.
 *
 * @param options `asWritten` keeps names as they are written, and comments.
 * @throws {TypeError} If a text is wrong, or imports what is not there.
 */
export function parseFiles(
  sources: readonly ContractFile[],
  { asWritten = false }: { asWritten?: boolean } = {},
): ParsedFiles {
  const root = new protobuf.Root();
  const files: ParsedFile[] = [];
  const wanted: { path: string; by: string }[] = [];
  for (const { path, text } of sources) {
    const parsed = orTypeError({ path, sources }, () => {
      // Each thing that is parsed is marked with it.
      marking.filename = path;
      return protobuf.parse(text, root, {
        keepCase: asWritten,
        alternateCommentMode: asWritten,
      });
    });
    const imports = [...parsed.imports ?? [], ...parsed.weakImports ?? []];
    const name = parsed.package ?? "";
    files.push({ path, package: name, imports, common: false });
    wanted.push(...imports.map((each) => ({ path: each, by: path })));
  }
  for (const { path, by } of wanted) {
    if (!files.some((file) => file.path === path)) {
      files.push(...addCommon(root, path, by, sources));
    }
  }
  for (const file of files) {
    file.imports = file.imports.filter((each) =>
      files.some(({ path }) => path === each)
    );
  }
  orTypeError(
    { path: sources[0]?.path ?? "", sources },
    () => root.resolveAll(),
  );
  if (!asWritten) keepRules(root, files, sources);
  return { root, files };
}

/** Adds a file of Google's, where it is one. */
function addCommon(
  root: protobuf.Root,
  path: string,
  by: string,
  sources: readonly ContractFile[],
): ParsedFile[] {
  const common = protobuf.common.get(path);
  if (common?.nested) {
    const before = new Set(topLevel(root));
    root.addJSON(common.nested);
    for (const added of topLevel(root)) {
      if (!before.has(added)) added.filename = path;
    }
    return [{ path, package: "google.protobuf", imports: [], common: true }];
  }
  // A text without a path may be the one.
  const isOurs = !path.startsWith("google/");
  if (isOurs && sources.some(({ named }) => !named)) return [];
  throw new TypeError(
    `Cannot load contract "${by}": it imports "${path}", which is not there; give its text, too: loadContract({ "${by}": …, "${path}": … })`,
  );
}

/** What stands in a package, of all packages, and not within something else. */
export function topLevel(
  namespace: protobuf.NamespaceBase,
): protobuf.ReflectionObject[] {
  return namespace.nestedArray.flatMap((each) =>
    each instanceof protobuf.Namespace && !(each instanceof protobuf.Type) &&
      !(each instanceof protobuf.Service)
      ? topLevel(each)
      : [each]
  );
}

/** Only of what was given: in Google's there is nothing wrong. */
function keepRules(
  root: protobuf.Root,
  files: readonly ParsedFile[],
  sources: readonly ContractFile[],
): void {
  const importsOf = (path: string) =>
    files.find((file) => file.path === path)?.imports ?? [];
  const all = topLevel(root);
  for (const { path } of sources) {
    const ours = all.filter(({ filename }) => filename === path);
    const others = notImported(path, ours, { sources, importsOf });
    for (const broken of [...brokenRules(ours), ...others]) {
      throw ruleFault(broken, path, sources);
    }
  }
}

function orTypeError<T>(
  { path, sources }: { path: string; sources: readonly ContractFile[] },
  act: () => T,
): T {
  try {
    return act();
  } catch (error) {
    throw parserFault(error, path, sources);
  } finally {
    marking.filename = null;
  }
}
