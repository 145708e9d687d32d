/**
 * Says what is wrong with the JSON of a request, and where.
 *
 * Whether something is wrong is decided by the library that builds the message.
 * Here each part is given to it alone, until the parts that it refuses are found:
 * so there are no rules of our own, and a place for each problem.
 *
 * @module
 */

import {
  type DescEnum,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Registry,
} from "@bufbuild/protobuf";
import { formatPath } from "../../runtime/program/schema_problems.ts";
import { suggestionOrAll } from "../../runtime/program/suggest.ts";

type Path = readonly (string | number)[];

/**
 * Lists what is wrong, each with its place.
 *
 * @param json What fromJson() has refused for this message.
 * @param reason Why it has, for what only shows in the whole.
 */
export function requestProblems(
  json: JsonValue,
  desc: DescMessage,
  registry: Registry,
  reason: unknown,
): string[] {
  const problems = problemsOf(json, desc, registry, []);
  return problems.length > 0 ? problems : [inWords(reason)];
}

function problemsOf(
  json: JsonValue,
  desc: DescMessage,
  registry: Registry,
  path: Path,
): string[] {
  const reason = refusal(json, desc, registry);
  if (reason === undefined) return [];
  const whole = [at(path, inWords(reason))];
  if (hasOwnJson(desc)) return whole;
  if (!isObject(json)) {
    return [at(path, `expected an object, not ${shown(json)}`)];
  }
  const problems = Object.entries(json).flatMap(([key, value]) => {
    const field = desc.fields.find(({ name, jsonName }) =>
      key === name || key === jsonName
    );
    const place = [...path, key];
    // An extension is written as [its.full.name].
    if (!field && key.startsWith("[")) return [];
    return field
      ? fieldProblems(value, field, registry, place)
      : [at(place, noSuchField(key, desc))];
  });
  return problems.length > 0 ? problems : whole;
}

function fieldProblems(
  json: JsonValue,
  field: DescField,
  registry: Registry,
  path: Path,
): string[] {
  const reason = refusal({ [field.jsonName]: json }, field.parent, registry);
  if (reason === undefined) return [];
  const part = (value: JsonValue, key: string | number, whole: JsonValue) => {
    const place = [...path, key];
    if (field.message && value !== null) {
      return problemsOf(value, field.message, registry, place);
    }
    const wrong = refusal({ [field.jsonName]: whole }, field.parent, registry);
    return wrong === undefined
      ? []
      : [at(place, valueProblem(value, field, wrong))];
  };
  let parts: string[] = [];
  if (field.fieldKind === "list" && Array.isArray(json)) {
    parts = json.flatMap((item, index) => part(item, index, [item]));
  } else if (field.fieldKind === "map" && isObject(json)) {
    parts = Object.entries(json).flatMap(([key, value]) =>
      part(value, key, { [key]: value })
    );
  } else if (field.fieldKind === "message" && json !== null) {
    parts = problemsOf(json, field.message, registry, path);
  }
  return parts.length > 0
    ? parts
    : [at(path, valueProblem(json, field, reason))];
}

function valueProblem(
  json: JsonValue,
  field: DescField,
  reason: unknown,
): string {
  return field.enum && typeof json === "string"
    ? `"${json}" is no ${field.enum.typeName}${
      suggestionOrAll(json, valuesOf(field.enum))
    }`
    : inWords(reason);
}

function valuesOf({ values }: DescEnum): string[] {
  return values.map(({ name }) => name);
}

function noSuchField(key: string, { typeName, fields }: DescMessage): string {
  const names = fields.map(({ jsonName }) => jsonName);
  return `${typeName} has no such field${
    names.length === 0 ? ", and no other" : suggestionOrAll(key, names)
  }`;
}

/** Why the library refuses a message; undefined if it does not. */
function refusal(
  json: JsonValue,
  desc: DescMessage,
  registry: Registry,
): unknown {
  try {
    fromJson(desc, json, { registry });
    return undefined;
  } catch (error) {
    return error;
  }
}

/** True for messages whose JSON is not that of their fields. */
function hasOwnJson({ typeName }: DescMessage): boolean {
  return typeName.startsWith("google.protobuf.");
}

/** What the library says after it has named the field in its own way. */
function inWords(reason: unknown): string {
  const message = reason instanceof Error ? reason.message : String(reason);
  // The place has the number already.
  return message.replace(/^cannot decode .*? from JSON: /s, "")
    .replace(/^list item #\d+: /, "");
}

/** A value as it was written, and no more than the beginning of a long one. */
function shown(json: JsonValue): string {
  const text = JSON.stringify(json);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function at(path: Path, problem: string): string {
  return path.length === 0 ? problem : `${formatPath(path)}: ${problem}`;
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
