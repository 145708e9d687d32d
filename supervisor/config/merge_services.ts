/**
 * Lays one file's services over those of another, as docker compose does with
 * the files of one `include` entry.
 *
 * Maps are merged key by key. Lists are put one after the other, except where
 * they are a command. What cannot stand together, as `script` and `command`,
 * replaces one another.
 *
 * @module
 */

import { isMap } from "./relations.ts";

/** Lists that are a whole. */
const WHOLE = new Set(["command", "args", "exec"]);

/** Keys of which one map has only one. */
const EXCLUSIVE: readonly (readonly string[])[] = [
  ["script", "command"],
  ["port", "listen"],
  ["grpc", "tcp", "http", "exec"],
];

/**
 * Returns what both files together say.
 *
 * @param base What the earlier file has under `services`.
 * @param over What the later one has there.
 */
export function mergeServices(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [service, shape] of Object.entries(over)) {
    const before = merged[service];
    merged[service] = isMap(before) && isMap(shape)
      ? mergeMaps(before, shape)
      : shape;
  }
  return merged;
}

function mergeMaps(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = { ...base };
  for (const group of EXCLUSIVE) {
    if (!group.some((key) => key in over)) continue;
    for (const key of group) if (!(key in over)) delete merged[key];
  }
  for (const [key, value] of Object.entries(over)) {
    merged[key] = mergeValues(key, merged[key], value);
  }
  return merged;
}

function mergeValues(key: string, base: unknown, over: unknown): unknown {
  if (base === undefined || base === null || WHOLE.has(key)) return over;
  switch (key) {
    case "environment":
      return mergeNamed(asVariables(base), asVariables(over), over);
    case "depends_on":
      return mergeNamed(asDependencies(base), asDependencies(over), over);
    case "env_file":
      return unique([base, over].flat());
    default:
      if (isMap(base) && isMap(over)) return mergeMaps(base, over);
      return Array.isArray(base) && Array.isArray(over)
        ? unique([...base, ...over])
        : over;
  }
}

function mergeNamed(
  base: Record<string, unknown> | undefined,
  over: Record<string, unknown> | undefined,
  otherwise: unknown,
): unknown {
  return base && over ? { ...base, ...over } : otherwise;
}

/** Reads `[NAME=value]` as a map; undefined for what is neither. */
function asVariables(value: unknown): Record<string, unknown> | undefined {
  if (isMap(value)) return value;
  if (!isTexts(value)) return undefined;
  return Object.fromEntries(value.map((line) => {
    const [, name = "", rest] = /^([^=]*)(?:=(.*))?$/s.exec(line) ?? [];
    return [name, rest ?? null];
  }));
}

/** Reads a list of services as a map; undefined for what is neither. */
function asDependencies(value: unknown): Record<string, unknown> | undefined {
  if (isMap(value)) return value;
  if (!isTexts(value)) return undefined;
  return Object.fromEntries(value.map((service) => [service, {}]));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) &&
    value.every((each) => typeof each === "string");
}

function unique(values: readonly unknown[]): unknown[] {
  return [...new Set(values)];
}
