/**
 * Puts what is wrong with a rules file into words: where, what was expected,
 * and what is there.
 *
 * @module
 */

import {
  formatPath,
  type Issue,
  messageOf,
  relevantIssues,
} from "../../runtime/program/schema_problems.ts";
import { suggestionOrAll } from "../../runtime/program/suggest.ts";

/** The keys that may stand in a rule, in its `when`, and in a test. */
export interface Known {
  rule: string[];
  fields: string[];
  test: string[];
}

/** How a field of the metadata is written in a suggestion. */
const METADATA = "metadata.<name>";

/** Longest piece of the file that is shown, in characters. */
const MAX_SHOWN = 40;

/**
 * Describes issues of the schema, one problem a line.
 *
 * @param issues What the schema found.
 * @param document What was read; names the rules.
 * @param known The keys that may be used, for suggestions.
 */
export function describeProblems(
  issues: readonly Issue[],
  document: unknown,
  known: Known,
): string[] {
  return relevantIssues(issues).flatMap((issue) => {
    const place = describePlace(issue.path, document);
    return describeIssue(issue, known).map((problem) => `${place}${problem}`);
  });
}

function describeIssue(issue: Issue, known: Known): string[] {
  switch (issue.code) {
    case "unrecognized_keys": {
      const { path, keys } = issue;
      if (path.at(-1) === "when") {
        return keys.map((key) => {
          const word = key.replace(/^metadata.*/, METADATA);
          return `unknown field "${key}"${suggestionOrAll(word, known.fields)}`;
        });
      }
      const candidates = path.length > 1 ? known.test : known.rule;
      return keys.map((key) =>
        `unknown key "${key}"${suggestionOrAll(key, candidates)}`
      );
    }
    case "invalid_key":
    case "too_small":
      return [messageOf(issue)];
    case "custom":
      // About the place as a whole, unless it is about one text.
      if (typeof issue.input !== "string" && issue.path.at(-1) !== "when") {
        return [issue.message];
      }
      return [`${issue.message}, found ${show(issue.input)}`];
    default:
      return [`${issue.message}, found ${show(issue.input)}`];
  }
}

/** Says which place of the file a path leads to, as `rule 2 (drop-views).when: `. */
function describePlace(
  [index, ...keys]: PropertyKey[],
  document: unknown,
): string {
  if (index === undefined) return "";
  const { name } = Object((document as unknown[])[Number(index)]);
  const rule = typeof name === "string" && keys[0] !== "name"
    ? `rule ${Number(index) + 1} (${name})`
    : `rule ${Number(index) + 1}`;
  return `${formatPath(keys, rule)}: `;
}

function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const shown = typeof value === "number"
    ? String(value)
    : JSON.stringify(value);
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}
