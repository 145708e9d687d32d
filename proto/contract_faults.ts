/**
 * Puts what is wrong with a contract into words that name the file and the line.
 *
 * contract_files.ts throws what these functions return. The command `types`
 * shows the same, with the paths that the user knows.
 *
 * @module
 */

import type { BrokenRule } from "./contract_rules.ts";
import { type Declared, declaredIn, isSameName } from "./contract_places.ts";
import type { ContractFile } from "./described.ts";

/** Says that a rule is broken. */
export function ruleFault(
  { name, what }: BrokenRule,
  path: string,
  sources: readonly ContractFile[],
): TypeError {
  const place = declaredIn(path, textOf(path, sources))
    .findLast((each) => isSameName(fullName(each), name));
  return fault(`${place ? fullName(place) : name} ${what}`, {
    path,
    line: place?.line,
  });
}

/**
 * Says what protobufjs has found.
 *
 * @param path The file that was parsed; where all were, the first.
 */
export function parserFault(
  error: unknown,
  path: string,
  sources: readonly ContractFile[],
): TypeError {
  const said = error instanceof Error ? error.message : String(error);
  // The parser runs into the end of the file.
  if (/^Cannot read properties of null/.test(said)) {
    const line = textOf(path, sources).trimEnd().split("\n").length;
    return fault("the file ends too early", { path, line }, error);
  }
  const ours = sources.filter((each) => each.path === path);
  return taken(said, error, path, sources) ??
    reserved(said, error, ours) ??
    missing(said, error, sources) ??
    fault(said, { path }, error);
}

/** A name or a number that is there already. */
function taken(
  said: string,
  error: unknown,
  path: string,
  sources: readonly ContractFile[],
): TypeError | undefined {
  const [, kind, value, owner] =
    /^duplicate (name|id) '?(.+?)'? in \w+ ?\.?(.*)$/.exec(said) ?? [];
  if (kind === undefined) return undefined;
  // The last of these files is the one that could not be added.
  const upTo = sources.findIndex((each) => each.path === path) + 1;
  const those = allIn(sources.slice(0, upTo))
    .filter((each) =>
      isIn(each, owner!) &&
      (kind === "id"
        ? each.number === Number(value)
        : isSameName(each.name, value!))
    );
  const first = those[0];
  const second = those.find((each) => each.path === path && each !== first);
  if (!first || !second) return undefined;
  const where = first.path === path
    ? `line ${first.line}`
    : `${first.path}:${first.line}`;
  const what = kind === "id"
    ? `the number ${value}, which ${first.name} has`
    : "a name that is there already";
  return fault(`${fullName(second)} has ${what}: ${where}`, second, error);
}

function reserved(
  said: string,
  error: unknown,
  sources: readonly ContractFile[],
): TypeError | undefined {
  const [, kind, value, owner] =
    /^(id|name) '?(.+?)'? is reserved in \w+ \.?(.+)$/.exec(said) ?? [];
  if (kind === undefined) return undefined;
  const place = allIn(sources).find((each) =>
    isIn(each, owner!) &&
    (kind === "id"
      ? each.number === Number(value)
      : isSameName(each.name, value!))
  );
  const what = kind === "id"
    ? `the number ${value}, which is reserved`
    : "a name that is reserved";
  return place && fault(`${fullName(place)} has ${what}`, place, error);
}

/** A type that is nowhere. */
function missing(
  said: string,
  error: unknown,
  sources: readonly ContractFile[],
): TypeError | undefined {
  const [, name, owner] =
    /^no such (?:type: |.*? ')(.+?)'?(?: in \w+ ?\.?(.*))?$/.exec(said) ?? [];
  if (name === undefined) return undefined;
  const place = allIn(sources).find((each) =>
    each.types.includes(name) && (owner === undefined || isIn(each, owner))
  );
  return place &&
    fault(
      `there is no type "${name}", which ${fullName(place)} names`,
      place,
      error,
    );
}

function allIn(sources: readonly ContractFile[]): Declared[] {
  return sources.flatMap(({ path, text }) => declaredIn(path, text));
}

/** While it is parsed, a message has no more than its own name. */
function isIn({ scope }: Declared, owner: string): boolean {
  return scope === owner || scope.endsWith(`.${owner}`);
}

function fullName({ scope, name }: Declared): string {
  return scope === "" ? name : `${scope}.${name}`;
}

function textOf(path: string, sources: readonly ContractFile[]): string {
  return sources.find((each) => each.path === path)?.text ?? "";
}

function fault(
  what: string,
  { path, line }: { path: string; line?: number | undefined },
  cause?: unknown,
): TypeError {
  const where = line === undefined ? "" : ` (${path}, line ${line})`;
  return new TypeError(`Cannot load contract "${path}": ${what}${where}`, {
    cause,
  });
}
