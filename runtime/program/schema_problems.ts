/**
 * What a schema finds wrong with a file, as a list that can be put into words.
 *
 * Each file has words of its own. Here is what they have in common: which form
 * of a value was meant, what only follows from another mistake, and how a place
 * is written.
 *
 * @module
 */

import type * as z from "zod";

/** One thing that a schema has found wrong. */
export type Issue = z.core.$ZodIssue;

/**
 * Returns the issues that a user has to read.
 *
 * - Where a value may have one of several forms, those of the form that was meant.
 * - Where a key is misspelt, the key only: what else is missing there is likely
 *   what that key was meant for.
 */
export function relevantIssues(issues: readonly Issue[]): Issue[] {
  const flat = issues.flatMap(ofFormMeant);
  const misspelt = new Set(
    flat.filter(({ code }) => code === "unrecognized_keys").map(placeOf),
  );
  return flat.filter((issue) =>
    issue.code !== "custom" || !misspelt.has(placeOf(issue))
  );
}

/** Returns the message of an issue that stands for one problem. */
export function messageOf(issue: Issue): string {
  return issue.code === "invalid_key"
    ? issue.issues[0]?.message ?? issue.message
    : issue.message;
}

/**
 * Writes a path as text: `services.web.args[0]`.
 *
 * @param start What the path goes on from.
 */
export function formatPath(
  path: readonly PropertyKey[],
  start = "",
): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number"
        ? `${text}[${part}]`
        : `${text}${text && "."}${String(part)}`,
    start,
  );
}

/**
 * The form that was meant is the one that accepts the kind of the value. If none
 * does, the issue stays: its message names all forms.
 */
function ofFormMeant(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.find((errors) => !errors.every(isWrongKind));
  if (!meant) return [issue];
  return meant
    .map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
    .flatMap(ofFormMeant);
}

/** True when the value as a whole is not what was expected. */
function isWrongKind({ code, path }: Issue): boolean {
  return path.length === 0 &&
    (code === "invalid_type" || code === "invalid_value" ||
      code === "invalid_union");
}

function placeOf({ path }: Issue): string {
  return JSON.stringify(path.map(String));
}
