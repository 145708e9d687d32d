/**
 * Reads env files as docker compose does. Every line is used, or is a problem
 * with its number.
 *
 * The rules are those of compose's page "Interpolation syntax" and of its
 * `.env` reader: NAME=value, NAME: value, a bare NAME that is passed on,
 * quotes, comments, and variables that are filled in. No package that is kept
 * up reads these files in this way and also tells which lines it cannot read.
 *
 * @module
 */

/** A line that cannot be read. */
export interface EnvProblem {
  /** Counted from 1. */
  line: number;
  message: string;
}

/** Knows the value of a variable; undefined for one that is not set. */
export type Lookup = (name: string) => string | undefined;

/** What an env file holds. */
export interface EnvFile {
  /** In the order of the file. */
  variables: Map<string, string>;
  problems: EnvProblem[];
}

/** A name, and what stands after it on its line. */
const STATEMENT =
  /^(?:export[ \t]+)?([^=:\n]*?)[ \t]*(?:([=:])[ \t]*|(?=\n|$))/;
const NAME = /^[\p{L}\p{N}_.[\]-]+$/u;
/** What may follow a quoted value. */
const REST = /^[ \t]*(#[^\n]*)?(\n|$)/;
const ESCAPED: Readonly<Record<string, string>> = {
  ...{ n: "\n", r: "\r", t: "\t", v: "\v", f: "\f", b: "\b", a: "\x07" },
  ...{ "\\": "\\", '"': '"', "$": "$" },
};

/**
 * Reads the text of an env file.
 *
 * @param lookup Values for `${NAME}` and bare names. They go before those that
 * stand further up in the file.
 */
export function readEnv(text: string, lookup: Lookup): EnvFile {
  const source = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const variables = new Map<string, string>();
  const problems: EnvProblem[] = [];
  const known: Lookup = (name) => lookup(name) ?? variables.get(name);
  let line = 1;
  let counted = 0;
  for (let at = 0; at < source.length;) {
    line += source.slice(counted, at).split("\n").length - 1;
    counted = at;
    const rest = source.slice(at);
    const [blank] = /^[ \t]*(#[^\n]*)?(\n|$)|^[ \t]+/.exec(rest) ?? [""];
    if (blank.length > 0) {
      at += blank.length;
      continue;
    }
    const [head = "", name = "", sign] = STATEMENT.exec(rest) ?? [];
    const { value, end, problem } = sign === undefined
      ? { value: lookup(name), end: head.length, problem: undefined }
      : valueAt(source, at + head.length, known);
    const wrong = wrongName(name, sign) ?? problem;
    if (wrong !== undefined) {
      problems.push({ line, message: wrong });
      const next = source.indexOf("\n", at);
      at = next < 0 ? source.length : next + 1;
      continue;
    }
    if (value !== undefined) variables.set(name, value);
    at = sign === undefined ? at + end : end;
  }
  return { variables, problems };
}

function wrongName(name: string, sign: string | undefined) {
  if (name === "") return `there is no name before ${sign}`;
  return NAME.test(name)
    ? undefined
    : `"${name}" is no variable's name: expected NAME=value`;
}

/** A value, where its line ends, and what is wrong with it. */
interface Value {
  value: string | undefined;
  end: number;
  problem: string | undefined;
}

function valueAt(source: string, at: number, lookup: Lookup): Value {
  const quote = source[at];
  if (quote !== '"' && quote !== "'") {
    const next = source.indexOf("\n", at);
    const end = next < 0 ? source.length : next;
    // A # is a comment after a space, and the value may be empty.
    const before = /[ \t]/.test(source[at - 1] ?? "") ? " " : "";
    const raw = `${before}${source.slice(at, end)}`.replace(/[ \t]#.*$/, "");
    return { ...filledIn(raw.trim(), lookup), end };
  }
  const close = closingQuote(source, at, quote);
  if (close < 0) {
    return { value: undefined, end: at, problem: `the ${quote} is not closed` };
  }
  const rest = REST.exec(source.slice(close + 1));
  if (!rest) {
    const problem = `there is more after the closing ${quote}`;
    return { value: undefined, end: at, problem };
  }
  const inner = source.slice(at + 1, close);
  const end = close + 1 + rest[0].length;
  return quote === "'"
    ? { value: inner.replaceAll("\\'", "'"), end, problem: undefined }
    : { ...filledIn(inner, lookup, true), end };
}

function closingQuote(source: string, at: number, quote: string): number {
  for (let index = at + 1; index < source.length; index++) {
    if (source[index] === "\\") index++;
    else if (source[index] === quote) return index;
  }
  return -1;
}

function filledIn(
  text: string,
  lookup: Lookup,
  withEscapes = false,
): Pick<Value, "value" | "problem"> {
  try {
    const { value, end } = fillIn(text, 0, lookup, withEscapes, false);
    return { value: value + text.slice(end), problem: undefined };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { value: undefined, problem: error.message };
  }
}

/**
 * Fills in variables from `at` on, up to the end or the brace that closes.
 *
 * @throws {SyntaxError} For what cannot be filled in.
 */
function fillIn(
  text: string,
  at: number,
  lookup: Lookup,
  withEscapes: boolean,
  inBraces: boolean,
): { value: string; end: number } {
  let value = "";
  let index = at;
  while (index < text.length && !(inBraces && text[index] === "}")) {
    const rest = text.slice(index);
    const escaped = withEscapes && rest[0] === "\\" && ESCAPED[rest[1] ?? ""];
    const plain = /^\$([A-Za-z_]\w*)/.exec(rest);
    if (escaped) {
      value += escaped;
      index += 2;
    } else if (rest.startsWith("$$")) {
      value += "$";
      index += 2;
    } else if (plain) {
      value += lookup(plain[1]!) ?? "";
      index += plain[0].length;
    } else if (rest.startsWith("${")) {
      const reference = referenceAt(text, index, lookup, withEscapes);
      value += reference.value;
      index = reference.end;
    } else {
      value += rest[0];
      index++;
    }
  }
  return { value, end: index };
}

/** Reads `${NAME}`, `${NAME:-default}` and their like. */
function referenceAt(
  text: string,
  at: number,
  lookup: Lookup,
  withEscapes: boolean,
): { value: string; end: number } {
  const [head, name = "", colon, kind] =
    /^\$\{([A-Za-z_]\w*)(?:(:?)([-?+]))?/.exec(text.slice(at)) ?? [];
  const given = head === undefined
    ? undefined
    : fillIn(text, at + head.length, lookup, withEscapes, true);
  const all = text.slice(at, given ? given.end + 1 : undefined);
  const isClosed = given !== undefined && text[given.end] === "}";
  if (!isClosed || (kind === undefined && given.value !== "")) {
    throw new SyntaxError(`cannot read ${all}: write \${NAME}, and $$ for a $`);
  }
  const found = lookup(name);
  const isSet = found !== undefined && !(colon && found === "");
  const end = given.end + 1;
  switch (kind) {
    case "-":
      return { value: isSet ? found : given.value, end };
    case "+":
      return { value: isSet ? given.value : "", end };
    case "?":
      if (isSet) return { value: found, end };
      throw new SyntaxError(
        `variable "${name}" is not set${given.value && `: ${given.value}`}`,
      );
    default:
      return { value: found ?? "", end };
  }
}
