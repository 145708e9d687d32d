/**
 * Reads the files that make up a config, one at a time: what an included file
 * says besides its services, and the variables of an env file.
 *
 * include.ts puts them together.
 *
 * @module
 */

import { withoutExtensions } from "../../runtime/config/extensions.ts";
import { interpolate } from "../../runtime/config/interpolation.ts";
import {
  type Checked,
  type Problem,
  problemsOf,
} from "../../runtime/config/problems.ts";
import {
  describeYamlProblem,
  readYaml,
  YamlProblem,
} from "../../runtime/config/yaml_text.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { relevantIssues } from "../../runtime/program/schema_problems.ts";
import { readEnv } from "./env_file.ts";
import { keysAt, NAMED } from "./passes.ts";
import { isMap } from "./relations.ts";
import { FILE_SCHEMA, type FileShape } from "./schema.ts";
import type { Variables } from "./source.ts";
import { besidesTls } from "./tls.ts";

/** Reads a file, and remembers what it says. */
export type ReadText = (path: string) => string;

/** What there is of a file with which something is wrong. */
const NOTHING: FileShape = { include: [] };

/** Reads an included file. */
export function readSourceFile(
  file: string,
  variables: Variables,
  readText: ReadText,
): Checked<FileShape> {
  const text = textOf(file, readText);
  if (text.problems.length > 0) return { ...text, value: NOTHING };
  try {
    const written = withoutExtensions(readYaml(text.value), NAMED) ?? {};
    return checkFile(written, file, variables);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const { line, column } = error;
    const message = describeYamlProblem(error, text.value)
      .replace(` at line ${line}, column ${column}`, "");
    return problemAt(file, { line, column }, message, NOTHING);
  }
}

/** Checks what a file says besides its services. */
export function checkFile(
  written: unknown,
  file: string,
  variables: Variables,
): Checked<FileShape> {
  const { services, ...others } = Object(written);
  const filled = besidesTls(others, (rest) => interpolate(rest, variables));
  const given = isMap(written)
    ? { ...Object(filled.value), services }
    : written;
  const { success, data, error } = FILE_SCHEMA.safeParse(given, {
    reportInput: true,
  });
  const unfilledAt = new Set(filled.problems.map(placeKey));
  const problems = [
    ...filled.problems,
    ...relevantIssues(error?.issues ?? [])
      .flatMap((issue) => problemsOf(issue, keysAt))
      .filter((problem) => !unfilledAt.has(placeKey(problem))),
  ].map((problem): Problem => ({ ...problem, file }));
  return {
    value: success && problems.length === 0 ? data : NOTHING,
    problems,
  };
}

/**
 * Reads an env file that gives values for `${NAME}`.
 *
 * @param variables Values for the references in it; they go before its own.
 */
export function readSourceVariables(
  file: string,
  variables: Variables,
  readText: ReadText,
): Checked<Record<string, string>> {
  const text = textOf(file, readText);
  if (text.problems.length > 0) return { ...text, value: {} };
  const read = readEnv(text.value, (name) => variables[name]);
  return {
    value: Object.fromEntries(read.variables),
    problems: read.problems.map(({ line, message }) => ({
      path: [],
      file,
      at: { line, column: 1 },
      message,
    })),
  };
}

function textOf(file: string, readText: ReadText): Checked<string> {
  try {
    return { value: readText(file), problems: [] };
  } catch (error) {
    const message = `cannot be read: ${systemReason(error)}`;
    return problemAt(file, { line: 1, column: 1 }, message, "");
  }
}

function problemAt<T>(
  file: string,
  at: NonNullable<Problem["at"]>,
  message: string,
  value: T,
): Checked<T> {
  return { value, problems: [{ path: [], file, at, message }] };
}

function placeKey({ path }: Problem): string {
  return path.join(".");
}
