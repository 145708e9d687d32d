/**
 * Says what is wrong with contracts, with the file and the line.
 *
 * The generator of types says less: of an import that is not there it shows a
 * stack.
 *
 * @module
 */

import { join } from "node:path";
import { parseFiles } from "../../proto/contract_files.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { type Contracts, importsOf, isGoogles } from "./find_contracts.ts";

/**
 * Checks that contracts can be read, and that there is all they refer to.
 *
 * @throws {UsageError} With each import that is not there, or else the first
 * thing that is wrong.
 */
export function checkContracts({ root, texts }: Contracts): void {
  const place = (path: string, line?: number) =>
    `${shortPath(join(root, path))}${line === undefined ? "" : `:${line}`}`;
  const missing = [...texts].flatMap(([path, text]) =>
    importsOf(text)
      .filter((each) => !texts.has(each.path) && !isGoogles(each.path))
      .map((each) =>
        `${place(path, each.line)}: there is no "${
          shortPath(join(root, each.path))
        }", which it imports`
      )
  );
  if (missing.length > 0) throw problems(missing);
  try {
    parseFiles(
      [...texts].map(([path, text]) => ({ path, text, named: true })),
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const { path, line, what } = locate(error.message, texts);
    throw problems([`${place(path, line)}: ${what}`]);
  }
}

function problems(lines: readonly string[]): UsageError {
  return new UsageError(
    `Cannot read the contracts:\n${
      lines.map((line) => `  ${line}`).join("\n")
    }`,
  );
}

/** What is wrong, and where, as far as that is known. */
interface Place {
  path: string;
  line?: number;
  what: string;
}

/** Reads it from the parser's words. */
function locate(message: string, texts: ReadonlyMap<string, string>): Place {
  const [, path = "", said = message] =
    /^Cannot load contract "(.*?)": (.*)$/s.exec(message) ?? [];
  const [, start, line] = /^(.*) \((?:[^()]*, )?line (\d+)\)$/s.exec(said) ??
    [];
  if (line !== undefined) {
    const [, kind, found] = /^illegal (\w+) '(.*)'$/s.exec(start!) ?? [];
    const what = found === undefined ? start! : `"${found}" is no ${kind}`;
    return { path, line: Number(line), what };
  }
  // The parser runs into the end of the file.
  if (/^Cannot read properties of null/.test(said)) {
    const lines = (texts.get(path) ?? "").trimEnd().split("\n").length;
    return { path, line: lines, what: "the file ends too early" };
  }
  const [, name, user] = /^no such .* '(.*)' in \w+ \.?(.*)$/.exec(said) ?? [];
  if (name !== undefined) {
    const what = `there is no type "${name}", which ${user} names`;
    return { path, ...findWord(name, texts), what };
  }
  const [, owner] = / in (?:Type|Enum|Service|Namespace) \.?(\w+)/.exec(said) ??
    [];
  return { path, ...findWord(owner, texts), what: said };
}

/** Finds the first line that has a word, outside of comments. */
function findWord(
  word: string | undefined,
  texts: ReadonlyMap<string, string>,
): Partial<Place> {
  if (word === undefined) return {};
  const pattern = new RegExp(`(?<![\\w.])${RegExp.escape(word)}(?![\\w.])`);
  for (const [path, text] of texts) {
    const at = text.split("\n")
      .findIndex((line) => pattern.test(line.replace(/\/\/.*/, "")));
    if (at >= 0) return { path, line: at + 1 };
  }
  return {};
}
