/**
 * Says what is wrong with contracts, with the file and the line.
 *
 * The generator of types says less: of an import that is not there it shows a
 * stack.
 *
 * @module
 */

import { join } from "node:path";
import protobuf from "protobufjs";
import { parseFiles } from "../../proto/contract_files.ts";
import { declaredIn } from "../../proto/contract_places.ts";
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
  const untyped = [...texts].flatMap(([path, text]) =>
    declaredIn(path, text)
      .filter(({ name, number }) => number !== undefined && isObjects(name))
      .map(({ line, name }) =>
        `${
          place(path, line)
        }: "${name}" is a name that each object has in JavaScript, so no message would fit the type of this one; use another`
      )
  );
  if (untyped.length > 0) throw problems(untyped);
  try {
    parseFiles(
      [...texts].map(([path, text]) => ({ path, text, named: true })),
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const { path, line, what } = locate(error.message);
    throw problems([`${place(path, line)}: ${what}`]);
  }
}

/** True of constructor and to_string, and of all that TypeScript minds there. */
function isObjects(name: string): boolean {
  return Object.hasOwn(Object.prototype, protobuf.util.camelCase(name));
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

/** Reads it from the words of what loads contracts. */
function locate(message: string): Place {
  const [, path = "", said = message] =
    /^Cannot load contract "(.*?)": (.*)$/s.exec(message) ?? [];
  const [, start = said, line] =
    /^(.*) \((?:[^()]*, )?line (\d+)\)$/s.exec(said) ?? [];
  const [, kind, found] = /^illegal (\w+) '(.*)'$/s.exec(start) ?? [];
  const what = found === undefined ? start : `"${found}" is no ${kind}`;
  return line === undefined
    ? { path, what }
    : { path, line: Number(line), what };
}
