/**
 * Reads a schema file, and says all that is wrong with it at once.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import {
  formatPath,
  type Issue,
  messageOf,
  relevantIssues,
} from "../../runtime/program/schema_problems.ts";
import { suggestionOrAll } from "../../runtime/program/suggest.ts";
import {
  isSameField,
  type KeyField,
  keyField,
  type Path,
  pathOf,
} from "./schema.ts";
import {
  HIDDEN_NAME,
  HIDDEN_NAME_EXPECTED,
  SCHEMA_DOCUMENT,
  type SchemaDocument,
} from "./schema_document.ts";
import { schemaProblems } from "./schema_problems.ts";
import { readYaml, valueOf } from "./yaml_document.ts";

/**
 * Reads a schema file.
 *
 * @param text The YAML text.
 * @param path Where it came from; used only in messages.
 * @throws {UsageError} Naming every wrong place, not only the first.
 */
export function parseSchema(text: string, path: string): Schema {
  const cannot = (problems: readonly string[]) =>
    new UsageError(
      `Cannot read the schema "${path}":\n${
        problems.map((problem) => `  ${problem}`).join("\n")
      }`,
    );
  const cannotRead = (reason: string) => cannot([reason]);
  const document = valueOf(readYaml(text, cannotRead), cannotRead) ?? {};
  const result = SCHEMA_DOCUMENT.safeParse(document, { reportInput: true });
  const wrong = [
    ...hiddenNames(document),
    ...relevantIssues(result.error?.issues ?? []).flatMap(describe),
  ];
  if (!result.success || wrong.length > 0) throw cannot(wrong);
  const schema = toSchema(result.data);
  const problems = schemaProblems(schema);
  if (problems.length > 0) throw cannot(problems);
  return schema;
}

/** Refuses the one name of a value that would be lost without a word. */
function hiddenNames(document: object): string[] {
  const values: unknown = "values" in document ? document.values : undefined;
  return typeof values === "object" && values !== null &&
      Object.hasOwn(values, HIDDEN_NAME)
    ? [`values.${HIDDEN_NAME}: ${HIDDEN_NAME_EXPECTED}`]
    : [];
}

function toSchema(document: SchemaDocument): Schema {
  const { time, key, values, max_groups, other } = document;
  const required = document.required.map((each) =>
    typeof each === "string" || Array.isArray(each)
      ? { path: pathOf(each), as: "" }
      : { path: pathOf(each.field), as: each.as }
  );
  const isRequired = (path: Path) =>
    required.some((each) => isSameField(each.path, path));
  const timePath = time && pathOf(time.field);
  const keys = key.map((each): KeyField => {
    const isPath = typeof each === "string" || Array.isArray(each);
    const { field, name, one_of = [] } = isPath
      ? { field: each, name: undefined }
      : each;
    const path = pathOf(field);
    const oneOf = one_of.map((value) => JSON.stringify(value));
    return {
      ...keyField(path, name),
      oneOf,
      required: isRequired(path) ||
        (oneOf.length > 0 && !oneOf.includes("null")),
    };
  });
  const valueFields = Object.entries(values).map(([name, value]) => {
    const path = value.field === undefined ? [name] : pathOf(value.field);
    return {
      name,
      path,
      as: value.as,
      of: [...new Set(value.of)],
      required: isRequired(path),
    };
  });
  const known = [...timePath ? [timePath] : [], ...keys, ...valueFields]
    .map((each) => Array.isArray(each) ? each : each.path);
  return {
    time: time && timePath
      ? { path: timePath, format: time.format, required: isRequired(timePath) }
      : null,
    keys,
    values: valueFields,
    // Of the others it is only looked whether they are there.
    required: required.filter(({ path, as }) =>
      as !== "" || !known.some((each) => isSameField(each, path))
    ),
    maxGroups: max_groups,
    other,
    builtIn: false,
    windows: null,
  };
}

/** What may be written, by the place it is written at. */
const KNOWN: Record<string, readonly string[]> = {
  "": Object.keys(SCHEMA_DOCUMENT.shape),
  time: ["field", "format"],
  key: ["field", "name", "one_of"],
  values: ["field", "of", "as"],
  required: ["field", "as"],
};

function describe(issue: Issue): string[] {
  const place = issue.path.length > 0 ? `${formatPath(issue.path)}: ` : "";
  if (issue.code === "unrecognized_keys") {
    const known = KNOWN[String(issue.path[0] ?? "")] ?? [];
    return issue.keys.map((key) =>
      `${place}unknown key "${key}"${suggestionOrAll(key, known)}`
    );
  }
  const input = issue.input;
  if (input === undefined) {
    return [`${place}is missing; ${messageOf(issue)}`];
  }
  return [`${place}${messageOf(issue)}, found ${show(input)}`];
}

/** Longest piece of the file that is shown, in characters. */
const MAX_SHOWN = 40;

function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? "nothing";
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}
