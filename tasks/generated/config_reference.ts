/**
 * Writes docs/config.md: every key of config.yaml, from its JSON Schema.
 *
 * It knows no key by name, so a new key of the schema is on the page by itself.
 * It demands a description of each key, and an example where neither the
 * default nor the type gives one.
 *
 * @module
 */

import { stringify } from "@std/yaml";

/** The words of JSON Schema that the config's schema uses. */
export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
}

/** A map with keys of its own, which gets a part of the page. */
interface Section {
  /** Where it is, as in `services.<name>.healthcheck`; empty for the file. */
  path: string;
  schema: JsonSchema;
}

const HEAD = `<!-- Written by \`deno task schema\`; do not edit. -->

# config.yaml, key by key

[supervise.md](supervise.md) is where to begin, [index.md](index.md) lists all
pages; this page lists every key. In the paths, \`<name>\` stands for a name that you choose, and \`[]\` for each entry
of a list.

- A **duration** is written as \`500ms\`, \`1.5s\`, \`1m30s\` or \`2h\`.
- A **size** is bytes, or written in docker compose's way: \`10k\`, \`10kb\`,
  \`10m\`, \`1.5g\`, each unit 1,024 of the one before. \`10KiB\`, \`10MiB\` and
  \`1GiB\` are the same without a doubt. Flags take sizes in the same way.
- An **address** is \`host:port\`, or \`unix:\` with a path.
- **Text** may be a number or true or false, too; it is taken as it is written.
- Files and folders are relative to the file in which they are written.
- \`\${NAME}\`, \`\${NAME:-default}\` and \`\${NAME:?message}\` are replaced from the
  environment, and \`$$\` is a dollar sign.
- A key that begins with \`x-\` is yours; any other that is not here is an error.
`;

/**
 * Writes the page.
 *
 * @param schema The schema of the whole file.
 * @returns Markdown, not yet formatted.
 * @throws {TypeError} Naming each key without a description or an example.
 */
export function configReference(schema: JsonSchema): string {
  const sections = sectionsOf("", schema);
  const paths = new Set(sections.map(({ path }) => path));
  const lacking: string[] = [];
  const parts = sections.map(({ path, schema }) => {
    const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => {
      const place = path === "" ? key : `${path}.${key}`;
      const example = exampleOf(key, value);
      const inside = [...paths].filter((each) =>
        each === place || each === `${place}.<name>` || each === `${place}[]`
      );
      if (!value.description) lacking.push(`${place}: a description`);
      if (example === undefined && inside.length === 0) {
        lacking.push(`${place}: an example`);
      }
      return [
        code(key),
        typeOf(value),
        schema.required?.includes(key)
          ? "required"
          : inside.length > 0
          ? ""
          : defaultOf(value),
        [
          sentence(value.description ?? ""),
          ...inside.map((each) => `See [${code(each)}](#${anchor(each)}).`),
        ].join(" "),
        example === undefined ? "" : code(example),
      ];
    });
    const title = path === "" ? "The file" : code(path);
    return [
      `## ${title}`,
      ...schema.description ? [sentence(schema.description)] : [],
      table([["key", "type", "default", "meaning", "example"], ...rows]),
    ].join("\n\n");
  });
  if (lacking.length > 0) {
    throw new TypeError(
      `Cannot write the reference: the schema lacks ${lacking.join(", ")}`,
    );
  }
  return `${[HEAD, ...parts].join("\n\n")}\n`;
}

/** Finds the maps with keys of their own, outer before inner. */
function sectionsOf(path: string, schema: JsonSchema): Section[] {
  const own = schema.properties ? [{ path, schema }] : [];
  const inner = Object.entries(schema.properties ?? {}).flatMap(([key, each]) =>
    sectionsOf(path === "" ? key : `${path}.${key}`, each)
  );
  const named = typeof schema.additionalProperties === "object"
    ? sectionsOf(`${path}.<name>`, schema.additionalProperties)
    : [];
  const listed = schema.items ? sectionsOf(`${path}[]`, schema.items) : [];
  const either = branchesOf(schema).flatMap((each) => sectionsOf(path, each));
  return [...own, ...inner, ...named, ...listed, ...either];
}

function branchesOf({ anyOf = [], oneOf = [] }: JsonSchema): JsonSchema[] {
  return [...anyOf, ...oneOf];
}

const TYPES: Record<string, string> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  null: "nothing",
};

/** Says in words what a value may be. */
function typeOf(schema: JsonSchema): string {
  if (schema.title) return schema.title;
  const values = schema.enum ?? ("const" in schema ? [schema.const] : []);
  if (values.length > 0) {
    return either(values.map((value) => code(String(value))));
  }
  const branches = branchesOf(schema);
  if (branches.length > 0) return either(branches.map(typeOf));
  const types = [schema.type ?? []].flat();
  // Where text is allowed, what YAML takes for a number is text as well.
  if (types.includes("string")) return "text";
  return either(types.map((type) => plainType(type, schema)));
}

function plainType(type: string, schema: JsonSchema): string {
  const { items, additionalProperties, minimum, maximum } = schema;
  if (type === "array") return items ? `list of ${typeOf(items)}` : "list";
  if (type === "object") {
    return typeof additionalProperties === "object"
      ? `map of names to ${typeOf(additionalProperties)}`
      : "map";
  }
  const words = TYPES[type] ?? type;
  return minimum !== undefined && maximum !== undefined
    ? `${words} from ${minimum} to ${maximum}`
    : words;
}

function either(words: readonly string[]): string {
  const each = [...new Set(words)];
  const last = each.pop() ?? "anything";
  return each.length === 0 ? last : `${each.join(", ")} or ${last}`;
}

function defaultOf({ default: value }: JsonSchema): string {
  if (value === undefined) return "";
  const isEmpty = typeof value === "object" && value !== null &&
    Object.keys(value).length === 0;
  return isEmpty ? "none" : code(inYaml(value));
}

/** Shows a key with a value, in one line of YAML. */
function exampleOf(key: string, schema: JsonSchema): string | undefined {
  const value = schema.examples?.[0] ?? valueOf(schema);
  return value === undefined ? undefined : `${key}: ${inYaml(value)}`;
}

/** Finds a value that shows how a key is written. */
function valueOf(schema: JsonSchema): unknown {
  const { default: standard } = schema;
  if (schema.enum) {
    return schema.enum.find((value) => value !== standard) ?? standard;
  }
  if (typeof standard === "boolean") return !standard;
  if (standard !== undefined && typeof standard !== "object") return standard;
  return schema.const ?? (schema.type === "boolean" ? true : schema.minimum);
}

function inYaml(value: unknown): string {
  return stringify(value, { flowLevel: 0, lineWidth: -1 }).trim();
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) || words === "" ? words : `${words}.`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  return [head, head.map(() => "---"), ...rest]
    .map((row) => `| ${row.map(inCell).join(" | ")} |`).join("\n");
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The anchor that a heading gets where Markdown is shown. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
