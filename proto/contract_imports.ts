/**
 * Finds what a .proto file names and does not import: protobufjs has all files in
 * one tree and does not mind, and protoc refuses it.
 *
 * @module
 */

import protobuf from "protobufjs";
import type { BrokenRule } from "./contract_rules.ts";
import type { ContractFile } from "./described.ts";

/** What is known of a file, and of those that it may import. */
export interface Importing {
  sources: readonly ContractFile[];
  /** The paths that each file imports. */
  importsOf(path: string): readonly string[];
}

/**
 * Yields what the contents of a file name of others without an import.
 *
 * @param contents What stands in packages of the file.
 */
export function* notImported(
  path: string,
  contents: readonly protobuf.ReflectionObject[],
  importing: Importing,
): Generator<BrokenRule> {
  // Texts without a path cannot be imported by it.
  const { sources } = importing;
  if (sources.some(({ named }) => !named)) return;
  const seen = reachable(path, importing);
  for (const [user, type] of contents.flatMap(uses)) {
    const from = fileOf(type);
    if (seen.has(from) || !sources.some((each) => each.path === from)) continue;
    const [name, other] = [user, type].map(({ fullName }) => fullName.slice(1));
    yield {
      name: name!,
      what: `names ${other} of "${from}", which is not imported`,
    };
  }
}

/** The file itself, its imports, and what these import for others. */
function reachable(
  path: string,
  { sources, importsOf }: Importing,
): Set<string> {
  const seen = new Set([path, ...importsOf(path)]);
  for (const each of seen) { // a set is walked through while it grows
    const text = sources.find((source) => source.path === each)?.text ?? "";
    for (
      const [, , further] of text.matchAll(
        /^\s*import\s+public\s+(["'])(.*?)\1\s*;/gm,
      )
    ) seen.add(further!);
  }
  return seen;
}

/** What names a type, and the type. */
type Use = [protobuf.ReflectionObject, protobuf.ReflectionObject];

function uses(each: protobuf.ReflectionObject): Use[] {
  if (each instanceof protobuf.Type) {
    return [...each.fieldsArray, ...each.nestedArray].flatMap(uses);
  }
  if (each instanceof protobuf.Service) {
    return each.methodsArray.flatMap((method) =>
      [method.resolvedRequestType, method.resolvedResponseType]
        .filter((type) => type !== null).map((type): Use => [method, type])
    );
  }
  return each instanceof protobuf.Field && each.resolvedType
    ? [[each, each.resolvedType]]
    : [];
}

/** What is within a message of Google's has no file of its own. */
function fileOf(each: protobuf.ReflectionObject): string {
  return each.filename ?? (each.parent ? fileOf(each.parent) : "");
}
