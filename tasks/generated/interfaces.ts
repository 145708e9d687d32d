/**
 * What others rely on, by name: the fields and methods of every contract, the
 * keys of config.yaml, of a stages file and of a schema file, and the documented keys of what
 * --json prints.
 *
 * docs/interfaces.json keeps each that there has ever been, with all that it
 * could be. `deno task types` and `deno task schema` add to it and never take
 * away, so what is renamed, removed or narrowed shows: a test says so.
 *
 * @module
 */

import protobuf from "protobufjs";
import { join } from "node:path";
import { parseFiles, topLevel } from "../../proto/contract_files.ts";
import { stagesJsonSchema } from "../../orchestrator/stage_schema.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { schemaJsonSchema } from "../../stages/schema/schema_document.ts";
import { configJsonSchema } from "../../supervisor/config/schema.ts";
import type { JsonSchema } from "./config_reference.ts";
import { contractPaths, PROTO } from "./contract_paths.ts";
import { formatted } from "./formatted.ts";

/** Names, each with all that it can be. */
export type Names = Record<string, string[]>;

/** Names by where they stand. */
export type Interfaces = Record<string, Names>;

const RECORD = join(PROJECT, "docs/interfaces.json");

/** Contracts of somebody else, which promise what they promise. */
const THEIRS = "etcd/";

/** What is recorded. */
export async function recordedInterfaces(): Promise<Interfaces> {
  return JSON.parse(await Deno.readTextFile(RECORD));
}

/** Records what is new. */
export async function recordInterfaces(): Promise<void> {
  const [recorded, now] = await Promise.all([
    recordedInterfaces(),
    currentInterfaces(),
  ]);
  const text = JSON.stringify(withNew(recorded, now), null, 2);
  // One line a name.
  const lines = text.replaceAll(
    /\[\s+([^\]]*?)\s+\]/g,
    (_, items: string) => `[${items.replaceAll(/\s*\n\s*/g, " ")}]`,
  );
  await Deno.writeTextFile(RECORD, await formatted(lines, "json"));
}

/** What there is now. */
export async function currentInterfaces(): Promise<Interfaces> {
  const now: Interfaces = {
    contracts: contractNames(await contractTexts()),
    "config.yaml": schemaNames(JSON.parse(configJsonSchema())),
    "a stages file": schemaNames(JSON.parse(stagesJsonSchema())),
    "a schema file": schemaNames(JSON.parse(schemaJsonSchema())),
  };
  for await (const { name } of Deno.readDir(join(PROJECT, "docs"))) {
    if (!name.endsWith(".md")) continue;
    const names = documentedNames(
      await Deno.readTextFile(join(PROJECT, "docs", name)),
    );
    if (Object.keys(names).length > 0) now[`docs/${name}`] = names;
  }
  return now;
}

/** Both together, sorted. */
export function withNew(recorded: Interfaces, now: Interfaces): Interfaces {
  return merged(
    recorded,
    now,
    (names = {}, newNames = {}) =>
      merged(
        names,
        newNames,
        (kinds = [], newKinds = []) =>
          [...new Set([...kinds, ...newKinds])].sort(),
      ),
  );
}

/** Merges what stands under the same name. */
function merged<T>(
  a: Record<string, T>,
  b: Record<string, T>,
  merge: (a: T | undefined, b: T | undefined) => T,
): Record<string, T> {
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
      .map((name) => [name, merge(a[name], b[name])]),
  );
}

/** Says what was there, and is no more. */
export function whatIsGone(recorded: Interfaces, now: Interfaces): string[] {
  return Object.entries(recorded).flatMap(([place, names]) =>
    Object.entries(names).flatMap(([name, kinds]) => {
      const kindsNow = now[place]?.[name];
      if (kindsNow === undefined) return [`${place}: ${name} has disappeared`];
      return kinds.filter((kind) => !kindsNow.includes(kind)).map((kind) =>
        `${place}: ${name} could be ${kind}, and can only be ${
          kindsNow.join(", ")
        }`
      );
    })
  );
}

/**
 * The fields, values and methods of contracts. A field is known by its number:
 * `shop.v1.Order 1` is `repeated string item`.
 *
 * @param texts The .proto files by the paths that they import each other by.
 */
export function contractNames(texts: Readonly<Record<string, string>>): Names {
  const files = Object.entries(texts)
    .map(([path, text]) => ({ path, text, named: true }));
  const { root } = parseFiles(files, { asWritten: true });
  return Object.fromEntries(
    topLevel(root)
      // Not what of Google's they import.
      .filter(({ filename }) => filename !== null && filename in texts)
      .flatMap(namesIn),
  );
}

function namesIn(within: protobuf.ReflectionObject): [string, string[]][] {
  const name = within.fullName.slice(1);
  if (within instanceof protobuf.Enum) {
    return Object.entries(within.values)
      .map(([value, number]) => [`${name} ${number}`, [value]]);
  }
  if (within instanceof protobuf.Service) {
    return within.methodsArray.map((method) => [
      `${name}.${method.name}`,
      [describeMethod(method)],
    ]);
  }
  if (!(within instanceof protobuf.Type)) return [];
  return [
    ...within.fieldsArray.map((field): [string, string[]] => [
      `${name} ${field.id}`,
      [describeField(field)],
    ]),
    ...within.nestedArray.flatMap(namesIn),
  ];
}

function describeField(field: protobuf.Field): string {
  const type = field.resolvedType?.fullName.slice(1) ?? field.type;
  const many = field instanceof protobuf.MapField
    ? `map of ${field.keyType} to `
    : field.repeated
    ? "repeated "
    : "";
  return `${many}${type} ${field.name}`;
}

function describeMethod(
  { requestStream, requestType, responseStream, responseType }: protobuf.Method,
): string {
  const message = (type: string, isStream?: boolean) =>
    isStream ? `stream of ${type}` : type;
  return `${message(requestType, requestStream)} → ${
    message(responseType, responseStream)
  }`;
}

/**
 * The keys of a JSON Schema by their paths: `services.<name>.port` is an
 * `integer` or a `string`. Where only a few words can be written, these.
 */
export function schemaNames(schema: JsonSchema, path = ""): Names {
  const kinds = kindsOf(schema);
  const names = [schema, ...schema.anyOf ?? [], ...schema.oneOf ?? []].flatMap(
    ({ properties = {}, additionalProperties, items }) => [
      ...Object.entries(properties).map(([key, each]) =>
        schemaNames(each, path === "" ? key : `${path}.${key}`)
      ),
      ...typeof additionalProperties === "object"
        ? [schemaNames(additionalProperties, `${path}.<name>`)]
        : [],
      ...items ? [schemaNames(items, `${path}[]`)] : [],
    ],
  );
  const own = path === "" ? [] : [{ [path]: kinds }];
  return [...own, ...names].reduce(
    (all, each) =>
      merged(all, each, (a = [], b = []) => [...new Set([...a, ...b])].sort()),
    {},
  );
}

function kindsOf(
  { type, enum: words, const: word, anyOf, oneOf }: JsonSchema,
): string[] {
  const kinds = words?.map((each) => JSON.stringify(each)) ??
    (word === undefined ? [type ?? []].flat() : [JSON.stringify(word)]);
  return [
    ...new Set([
      ...kinds,
      ...[anyOf ?? [], oneOf ?? []].flat().flatMap(kindsOf),
    ]),
  ].sort();
}

/**
 * The keys of JSON that a page documents: those of tables of fields, and where it
 * speaks of --json, those of lists such as `{name, state, pid}`.
 */
export function documentedNames(page: string): Names {
  const names = new Set<string>();
  const text = page.replaceAll(/^```.*?^```$/gms, "");
  for (
    const [, of = "", rows = ""] of text.matchAll(
      /^\| field(?: of (.+?))? +\|.*\n\|[- |]+\n((?:\|.*\n)*)/gm,
    )
  ) {
    const owner = of.replaceAll("`", "");
    for (const [, cell = ""] of rows.matchAll(/^\|([^|]*)\|/gm)) {
      for (const [, name] of cell.matchAll(/`([\w.]+)`/g)) {
        names.add(owner === "" ? name! : `${owner}: ${name}`);
      }
    }
  }
  const paragraphs = text.split(/\n\n+/).filter((each) =>
    each.includes("--json")
  );
  for (
    const [, list = ""] of paragraphs.join("\n\n").matchAll(
      /`\[?(\{[^`$]+\})\]?`/g,
    )
  ) {
    for (const [name] of list.matchAll(/\w+/g)) names.add(name);
  }
  return Object.fromEntries([...names].sort().map((name) => [name, []]));
}

async function contractTexts(): Promise<Record<string, string>> {
  const paths = (await Array.fromAsync(contractPaths()))
    .filter((path) => !path.startsWith(THEIRS));
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [
      path,
      await Deno.readTextFile(join(PROTO, path)),
    ])),
  );
}
