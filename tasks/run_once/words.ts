/**
 * Takes the command line of `run` apart: what is for us, and what is for the
 * service.
 *
 * @module
 */

import { commandFor } from "../../runtime/program/command_name.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { quoteWord } from "../../runtime/program/shell_words.ts";

/** A command line of `run`. */
export interface RunWords {
  /** What stands before `--`: our flags and the service. */
  own: readonly string[];
  /** What stands after it. */
  args: readonly string[];
}

/** Our flags, which may stand behind the service, too. */
const OWN_FLAG = /^(--config(=.*)?|--help|-h)$/s;

/**
 * Takes a command line apart.
 *
 * @throws {UsageError} For words behind the service that do not stand after `--`.
 */
export function runWords(argv: readonly string[]): RunWords {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const args = end < 0 ? [] : argv.slice(end + 1);
  const isOwn = (index: number) =>
    OWN_FLAG.test(own[index]!) || own[index - 1] === "--config";
  const serviceAt = own.findIndex((word, index) =>
    !word.startsWith("-") && !isOwn(index)
  );
  if (serviceAt < 0) return { own, args };
  const others = own.slice(serviceAt + 1)
    .filter((_, index) => !isOwn(serviceAt + 1 + index));
  if (others.length === 0) return { own, args };
  const line = ["run", own[serviceAt]!, "--", ...others, ...args];
  throw new UsageError(
    `Cannot read "${
      others[0]
    }": what is for the service stands after --, as in: ${
      commandFor(line.map(quoteWord).join(" "))
    }`,
  );
}
