/**
 * Finds where something stands in the text of a config, for messages.
 *
 * @module
 */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from "yaml";

/** A place in a text, counted from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A place, and how much of the path to it is written there. */
export interface FoundPlace extends Place {
  /** How many parts of the path the text has, from the first on. */
  depth: number;
}

/**
 * Reads a text that readYaml() accepts.
 *
 * @returns Finds the place of a path: that of a key in a map, or of an entry in
 * a list. For what the text does not have, that of what it would stand in.
 */
export function placesIn(
  text: string,
): (path: readonly PropertyKey[]) => FoundPlace {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
  });
  const placeOf = (node: Node | undefined, depth: number): FoundPlace => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return { line, column: col, depth };
  };
  return (path) => {
    let value = document.contents as Node | null | undefined;
    let found = placeOf(value ?? undefined, 0);
    for (const [index, part] of path.entries()) {
      const next = entryOf(value, part, document);
      if (!next) return found;
      found = placeOf(next.at, index + 1);
      value = next.value;
    }
    return found;
  };
}

/** An entry of a map or list: where it begins, and what it holds. */
interface Entry {
  at: Node;
  value: Node | null | undefined;
}

function entryOf(
  node: Node | null | undefined,
  part: PropertyKey,
  document: Document,
): Entry | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isSeq<Node>(target)) {
    const item = target.items[Number(part)];
    return item && { at: item, value: item };
  }
  if (!isMap<Node, Node | null>(target)) return undefined;
  const own = target.items.find(({ key }) => textOf(key) === String(part));
  if (own) return { at: own.key, value: own.value };
  return mergedIn(target).map((each) => entryOf(each, part, document))
    .find((each) => each !== undefined);
}

/** Returns the maps that a map takes over with `<<`. */
function mergedIn(map: YAMLMap<Node, Node | null>): (Node | null)[] {
  const { value } = map.items.find(({ key }) => textOf(key) === "<<") ?? {};
  return isSeq<Node>(value) ? value.items : value ? [value] : [];
}

function textOf(key: Node): string | undefined {
  return isScalar(key) ? String(key.value ?? "") : undefined;
}
