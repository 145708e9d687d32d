/**
 * Puts what is wrong in a config file into words.
 *
 * Every problem has the path to its place. For an unknown key, the known key
 * that was probably meant is named.
 *
 * @module
 */

import {
  formatPath,
  type Issue,
  messageOf,
} from "../program/schema_problems.ts";
import { suggestion } from "../program/suggest.ts";
import type { Place } from "./yaml_places.ts";

/** One thing that is wrong, and where. */
export interface Problem {
  path: readonly PropertyKey[];
  message: string;
  /** The file, where several are read as one. @default {the path tells} */
  file?: string;
  /** The place in the file. @default {the path tells} */
  at?: Place;
}

/** What has been made of something, and what is wrong with it. */
export interface Checked<T> {
  value: T;
  problems: readonly Problem[];
}

/** Keys of docker compose that have no meaning without containers. */
const CONTAINER_KEYS = new Set(["image", "build", "container_name", "volumes"]);

/** Returns the problems of one schema issue; unknown keys are one each. */
export function problemsOf(issue: Issue, keysAt: KeysAt): Problem[] {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: unknownKey(key, keysAt(issue.path)),
      }));
    case "invalid_value": {
      const values = issue.values.map(String);
      const given = typeof issue.input === "string" ? issue.input : undefined;
      return [{
        path: issue.path,
        message: `expected ${values.length > 1 ? "one of " : ""}${
          values.join(", ")
        }${given === undefined ? "" : suggestion(given, values)}`,
      }];
    }
    case "invalid_type":
      return [{
        path: issue.path,
        message: issue.message.startsWith("Invalid input")
          ? issue.input === undefined
            ? "is missing"
            : `expected ${KINDS[issue.expected] ?? issue.expected}`
          : issue.message,
      }];
    default:
      return [{ path: issue.path, message: messageOf(issue) }];
  }
}

/** Names the keys that are known at a path. */
export type KeysAt = (path: readonly PropertyKey[]) => readonly string[];

/** Writes problems as lines, in the order given, each once. */
export function describeProblems(problems: readonly Problem[]): string {
  const lines = problems.map(({ path, message }) =>
    path.length === 0 ? `  ${message}` : `  ${formatPath(path)}: ${message}`
  );
  return [...new Set(lines)].join("\n");
}

const KINDS: Record<string, string> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "text",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
};

function unknownKey(key: string, known: readonly string[]): string {
  if (CONTAINER_KEYS.has(key)) {
    return "unknown key: there are no containers here; use script or command";
  }
  return `unknown key${
    suggestion(key, known, `; known are ${known.join(", ")}`)
  }`;
}
