/**
 * Reads the YAML of a rules file.
 *
 * Where a text is wanted, the letters of the file count: a tag of `1.10` is
 * "1.10", and a time is no other day. The package for the config, `@std/yaml`,
 * gives values alone; `yaml` also says how they are written.
 *
 * @module
 */

import { isPair, isSeq, visit } from "yaml";
import { UsageError } from "../../runtime/program/errors.ts";
import { readYaml, valueOf } from "../schema/yaml_document.ts";

/** Asks of a field in a rule's `when`, or of a name in its `set`. */
export type IsText = (part: "when" | "set", name: string) => boolean;

/** A name for each of the keys and numbers that lead to a value. */
type Path = (string | number)[];

/**
 * Reads a rules file; nothing at all is an empty list.
 *
 * @param text The YAML text.
 * @param path Where it came from; used only in messages.
 * @param isText Says whether what stands there is a text whatever it looks like.
 * @throws {UsageError} If it is no YAML.
 */
export function readRulesYaml(
  text: string,
  path: string,
  isText: IsText,
): unknown {
  const cannot = (reason: string) =>
    new UsageError(`Cannot read rules "${path}": ${reason}`);
  const document = readYaml(text, cannot);
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === "key" || node.source === undefined) return;
      if (node.value === null || typeof node.value === "string") return;
      if (wantsText(pathOf([...ancestors, node]), isText)) {
        node.value = node.source;
      }
    },
  });
  return valueOf(document, cannot) ?? [];
}

/** True for what is a text whatever it looks like: names, tags, texts to compare with. */
function wantsText(
  [, part, name, ...rest]: Path,
  isText: IsText,
): boolean {
  switch (part) {
    case "name":
      return true;
    case "set":
      return name !== undefined && rest.length === 0 &&
        isText(part, String(name));
    case "when":
      return name !== undefined && rest.at(-1) !== "exists" &&
        isText(part, String(name));
    default:
      return false;
  }
}

/** The keys and numbers that lead to the last of `nodes`, an item or a value. */
function pathOf(nodes: readonly unknown[]): Path {
  return nodes.slice(0, -1).flatMap((node, level): Path => {
    if (isSeq(node)) return [node.items.indexOf(nodes[level + 1])];
    return isPair(node) ? [String(node.key)] : [];
  });
}
