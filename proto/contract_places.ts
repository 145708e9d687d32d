/**
 * Finds where in .proto texts something is declared, for messages about what is
 * wrong there.
 *
 * protobufjs parses the texts and keeps no lines. This only reads what may be
 * declared, takes what it does not know for nothing, and is asked only when
 * there is something to say.
 *
 * @module
 */

import protobuf from "protobufjs";

/** Something that a .proto text declares. */
export interface Declared {
  /** The import path of the text. */
  path: string;
  /** From 1 on. */
  line: number;
  /** The full name of what it is in, a package or a message for example. */
  scope: string;
  /** As it is written. */
  name: string;
  /** Of a field or of a value. */
  number?: number;
  /** The types that a field or a method names, as they are written. */
  types: string[];
}

/** Words that begin a block in which names have the block's name before them. */
const SCOPES = ["message", "enum", "service"];
/** Words that begin a statement with "=" which declares nothing. */
const NO_NAMES = ["option", "syntax", "edition"];
const QUOTES = ['"', "'"];
/** What stands before a field's name, and is no type. */
const NO_TYPES = ["optional", "required", "repeated", "map", "<", ",", ">"];

interface Word {
  text: string;
  line: number;
}

/** Lists what a text declares, as far as it can be read, in its order. */
export function declaredIn(path: string, text: string): Declared[] {
  const declared: Declared[] = [];
  const scopes: string[] = [];
  let packageName = "";
  const add = (word: Word | undefined, more: Partial<Declared> = {}) => {
    if (!word) return;
    const scope = [packageName, ...scopes].filter(Boolean).join(".");
    declared.push({
      ...{ path, line: word.line, scope, name: word.text, types: [] },
      ...more,
    });
  };
  for (const { words, end } of statementsOf(text)) {
    const [first, second] = words;
    const equals = words.findIndex(({ text }) => text === "=");
    if (first?.text === "package" && second) packageName = second.text;
    else if (first?.text === "rpc") {
      add(second, { types: typesOfMethod(words.slice(2)) });
    } else if (end === "{" && first && SCOPES.includes(first.text)) {
      add(second);
    } else if (end === "{" && first?.text === "oneof") add(second);
    else if (equals > 0 && !NO_NAMES.includes(first!.text)) {
      add(words[equals - 1], {
        number: Number(words[equals + 1]?.text),
        types: words.slice(0, equals - 1).map(({ text }) => text)
          .filter((each) => !NO_TYPES.includes(each)),
      });
    }
    if (end === "{") {
      scopes.push(SCOPES.includes(first?.text ?? "") ? second?.text ?? "" : "");
    } else if (end === "}") scopes.pop();
  }
  return declared;
}

function typesOfMethod(words: readonly Word[]): string[] {
  return words.map(({ text }) => text)
    .filter((each) => !["(", ")", "stream", "returns"].includes(each));
}

/** The words up to each end of a statement: ";", "{" or "}". */
function* statementsOf(
  text: string,
): Generator<{ words: Word[]; end: string }> {
  let words: Word[] = [];
  let brackets = 0;
  for (const word of wordsOf(text)) {
    if (word.text === "[") brackets++;
    else if (word.text === "]") brackets--;
    else if (brackets === 0 && [";", "{", "}"].includes(word.text)) {
      yield { words, end: word.text };
      words = [];
    } else if (brackets === 0) words.push(word);
  }
}

/** The words outside of comments and of quotes. */
function* wordsOf(text: string): Generator<Word> {
  const tokens = protobuf.tokenize(text, false);
  try {
    for (let each = tokens.next(); each !== null; each = tokens.next()) {
      if (QUOTES.includes(each)) {
        tokens.next();
        tokens.next();
      } else yield { text: each, line: tokens.line };
    }
  } catch {
    // What cannot be read is the parser's to say.
  }
}

/** True of names that are one to protobufjs, which writes them in camelCase. */
export function isSameName(one: string, other: string): boolean {
  return protobuf.util.camelCase(one) === protobuf.util.camelCase(other);
}
