/**
 * Reads the YAML of a config, each value letter by letter as it is written.
 *
 * In YAML `1.10` is the number 1.1, and `0755` is 493 or 755. In a config both
 * are usually meant as text. So a scalar is read as its own letters, and the
 * schema reads numbers out of texts. The words for true, false and nothing keep
 * their meaning, except where a map's value is a text of the user's choice.
 *
 * @module
 */

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from "yaml";

/** Text that is not YAML, or YAML that no config can be. */
export class YamlProblem extends Error {
  override readonly name = "YamlProblem";
  /** The place, counted from 1. */
  readonly line: number;
  readonly column: number;

  constructor(
    message: string,
    { line, col }: { line: number; col: number },
  ) {
    super(`${message} at line ${line}, column ${col}`);
    this.line = line;
    this.column = col;
  }
}

/** How deep a config may be nested. */
const MAX_DEPTH = 100;
/** How many values all aliases together may stand for. */
const MAX_ALIASED = 100_000;

const TOO_DEEP = `it is nested more than ${MAX_DEPTH} deep`;
const NOTHING = /^(~|null|Null|NULL)?$/;
const WORDS = new Map([
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);
/** Tags that say what a plain scalar is anyway. */
const PLAIN_TAGS = new Set(
  ["null", "bool", "int", "float"].map((tag) => `tag:yaml.org,2002:${tag}`),
);
const KNOWN_TAGS = new Set([
  ...PLAIN_TAGS,
  ...["str", "map", "seq"].map((tag) => `tag:yaml.org,2002:${tag}`),
]);

/** Where a value stands. */
type Path = readonly PropertyKey[];

/**
 * Reads the one document of a text.
 *
 * @returns Maps, lists, texts, true, false and null; null for an empty text.
 * @throws {YamlProblem} With the cause and its place.
 */
export function readYaml(text: string): unknown {
  const lines = new LineCounter();
  // So deep that the parser would take its time to say so.
  const deep = /(?:[[{]\s*){200}|(?:- ){200}/.exec(text);
  if (deep) {
    const before = text.slice(0, deep.index).split("\n");
    const col = before.at(-1)!.length + 1;
    throw new YamlProblem(TOO_DEEP, { line: before.length, col });
  }
  const documents = [...parseAllDocuments(text, {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
  })];
  for (const { errors: [error] } of documents) {
    if (error) throw problemOf(error, text, lines);
  }
  const [first, second] = documents.filter((each) => !isNothing(each));
  if (second) {
    throw new YamlProblem(
      "it holds several documents, and a config is one; the second begins",
      lines.linePos(second.range[0]),
    );
  }
  return first ? valueOf(first.contents as Node, lines) : null;
}

/** Says what is wrong with a text, and what to do where that is not plain. */
export function describeYamlProblem(
  { message, line }: YamlProblem,
  text: string,
): string {
  const written = text.split("\n")[line - 1] ?? "";
  if (written.includes("${")) {
    return `${message}; a text with \${...} inside [ ] or { } needs quotes`;
  }
  // As the words of cron do.
  const [, first] = /:\s+([*@])/.exec(written) ?? [];
  return first && /alias|reserved/i.test(message)
    ? `${message}; a text that begins with ${first} needs quotes`
    : message;
}

function isNothing({ contents }: Document.Parsed): boolean {
  return contents === null ||
    (isScalar(contents) && contents.type === "PLAIN" && contents.source === "");
}

/** Says what the parser has found, where its own words lead astray. */
function problemOf(
  { code, message, pos }: YAMLError,
  text: string,
  lines: LineCounter,
): YamlProblem {
  const place = lines.linePos(pos[0]);
  const line = text.split("\n")[place.line - 1] ?? "";
  if (code === "TAB_AS_INDENT" || /^ *\t/.test(line)) {
    return new YamlProblem("a tab cannot indent, only spaces can", place);
  }
  switch (code) {
    case "RESOURCE_EXHAUSTION":
      return new YamlProblem(TOO_DEEP, place);
    case "DUPLICATE_KEY":
      return new YamlProblem("a key is written twice in one map", place);
    default:
      return new YamlProblem(message, place);
  }
}

/** Turns a node into a value, aliases into what they stand for. */
function valueOf(root: Node, lines: LineCounter): unknown {
  const anchors = new Map<string, Node>();
  /** What each alias stood for where it was met first. */
  const targets = new Map<Alias, Node>();
  /** The nodes that aliases have led into. */
  const inside: Node[] = [];
  let aliased = 0;

  const problem = (message: string, node: Node | null) =>
    new YamlProblem(message, lines.linePos(node?.range?.[0] ?? 0));

  const read = (node: Node | null, path: Path): unknown => {
    if (node === null) return null;
    if (path.length + inside.length > MAX_DEPTH) throw problem(TOO_DEEP, node);
    if (inside.length > 0 && ++aliased > MAX_ALIASED) {
      throw problem(
        `its aliases stand for more than ${MAX_ALIASED} values`,
        node,
      );
    }
    if (isAlias(node)) return within(node, (target) => read(target, path));
    meet(node);
    if (isScalar(node)) return scalarValue(node, path);
    if (isSeq<Node>(node)) {
      return node.items.map((each, index) => read(each, [...path, index]));
    }
    if (isMap<Node, Node | null>(node)) {
      return Object.fromEntries(entriesOf(node, path));
    }
    throw problem("it is neither a map, a list nor text", node);
  };

  /** Returns the entries of a map; its own win over those it merges in. */
  const entriesOf = (
    map: YAMLMap<Node, Node | null>,
    path: Path,
  ): [string, unknown][] => {
    const merged = new Map<string, unknown>();
    const own = new Map<string, unknown>();
    for (const { key: node, value } of map.items) {
      const key = keyOf(node);
      if (key === "<<" && isScalar(node) && node.type === "PLAIN") {
        for (const [name, each] of mergedOf(value, path)) {
          if (!merged.has(name)) merged.set(name, each);
        }
      } else own.set(key, read(value, [...path, key]));
    }
    for (const [name, each] of own) merged.set(name, each);
    return [...merged];
  };

  const mergedOf = (node: Node | null, path: Path): [string, unknown][] => {
    if (isAlias(node)) {
      return within(node, (target) => mergedOf(target, path));
    }
    if (isSeq<Node>(node)) {
      return node.items.flatMap((each) => mergedOf(each, path));
    }
    if (isMap<Node, Node | null>(node)) {
      meet(node);
      return entriesOf(node, path);
    }
    throw problem("<< takes a map, or a list of maps", node);
  };

  const keyOf = (node: Node): string => {
    const text = isAlias(node)
      ? within(node, (target) => read(target, [0]))
      : isScalar(node)
      ? String(node.value ?? "")
      : undefined;
    if (typeof text !== "string") {
      throw problem("a key has to be text", node);
    }
    if (text === "__proto__") {
      throw problem("__proto__ cannot be a name", node);
    }
    if (!isAlias(node)) meet(node);
    return text;
  };

  /** Remembers an anchor; what aliases lead to has been met before. */
  const meet = (node: Exclude<Node, Alias>) => {
    if (node.tag !== undefined && !KNOWN_TAGS.has(node.tag)) {
      throw problem(`the tag ${node.tag} has no meaning here`, node);
    }
    if (node.anchor !== undefined && inside.length === 0) {
      anchors.set(node.anchor, node);
    }
  };

  const within = <T>(alias: Alias, use: (target: Node) => T): T => {
    const target = targets.get(alias) ?? anchors.get(alias.source);
    if (!target) {
      throw problem(`no &${alias.source} stands before this`, alias);
    }
    if (inside.includes(target) || contains(target, alias)) {
      throw problem(`&${alias.source} would hold itself`, alias);
    }
    targets.set(alias, target);
    inside.push(target);
    try {
      return use(target);
    } finally {
      inside.pop();
    }
  };

  return read(root, []);
}

/** Returns what a scalar says at its place. */
function scalarValue(node: Scalar, path: Path): unknown {
  const letters = String(node.value ?? "");
  const isPlain = node.type === "PLAIN" &&
    (node.tag === undefined || PLAIN_TAGS.has(node.tag));
  if (!isPlain) return letters;
  // In a list everything is text; nothing at all is a mistake.
  if (typeof path.at(-1) === "number") return letters === "" ? null : letters;
  if (NOTHING.test(letters)) return null;
  return isVariable(path) ? letters : WORDS.get(letters) ?? letters;
}

/**
 * True for the value of a variable. Names that a user chooses and keys take
 * turns on the way to it, so a service called "environment" is none.
 */
function isVariable(path: Path): boolean {
  return path.length % 2 === 0 && path.at(-2) === "environment";
}

/** True if an alias stands within the node that it names. */
function contains({ range }: Node, alias: Alias): boolean {
  const at = alias.range?.[0] ?? -1;
  return range !== null && range !== undefined && at >= range[0] &&
    at < range[1];
}
