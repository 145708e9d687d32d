/**
 * Writes permissions into the text of config.yaml. It makes the lines of that
 * one block anew, comments included, and leaves everything else as it is.
 *
 * @module
 */

import {
  Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import {
  PERMISSION_KINDS,
  type PermissionKind,
} from "../../runtime/process/permission_flags.ts";
import { Failure } from "../../runtime/program/errors.ts";
import type { Needs } from "./least.ts";

/** How entries are written and read. */
export interface Spelling {
  /** Returns the normal forms of an entry as it is written. */
  read(kind: PermissionKind, written: string): readonly string[];
  /** Writes a normal form. */
  write(kind: PermissionKind, value: string): string;
}

/** The text with a block in it. */
export interface Edited {
  text: string;
  /** The block by itself, from `permissions:` on, without indentation. */
  block: string;
}

/** Where the words of a list are no longer put on one line. */
const MAX_LINE = 72;

/**
 * Returns the text with the rights of one service in it.
 *
 * An entry that means something needed stays as it is written.
 *
 * @param text The config, which has to be right.
 * @param rights In normal form.
 * @throws {Failure} If the block is where it cannot be written.
 */
export function editPermissions(
  text: string,
  service: string,
  rights: Needs["rights"],
  spelling: Spelling,
): Edited {
  const document = parseDocument(text);
  const shape = document.getIn(["services", service], true);
  if (!isMap(shape)) throw cannotEdit(service, "the service is an alias");
  const pairs = shape.items as Pair[];
  const pair = pairs.find(({ key }) => nameOf(key) === "permissions");
  const inFlow = shape.flow === true;
  const before = pair?.value ?? null;
  const isEmpty = isScalar(before) && before.value === null;
  if (before !== null && !isEmpty && !isMap(before)) {
    throw cannotEdit(service, "its permissions are an alias");
  }
  const block = isMap(before) ? before : new YAMLMap();
  const changed = fill(block, service, rights, spelling);
  if (pair && !changed) return { text, block: blockText(block, text) };
  // What stands behind the block stays where it is, and is not part of it.
  delete block.comment;
  block.flow = inFlow || block.items.length === 0;

  if (!pair) {
    const after = pairs.findLast(({ key }) =>
      ["script", "args", "port"].includes(nameOf(key))
    ) ?? pairs.at(-1)!;
    return {
      text: inFlow
        ? insertInFlow(text, after, block)
        : insertLines(text, after, block),
      block: blockText(block, text),
    };
  }
  const start = rangeOf(pair.key)[0];
  const end = rangeOf(pair.value)[1];
  const keyComment = takeKeyComment(block, text.slice(start, end));
  const lines = withKeyComment(blockText(block, text), keyComment);
  return {
    text: text.slice(0, start) +
      replaceLines(text.slice(start, end), text.slice(end), {
        lines,
        column: columnOf(text, start),
      }),
    block: lines,
  };
}

/**
 * Returns the comment on the line of the key and takes it from the block, to
 * which it is no other than one on the line below.
 */
function takeKeyComment(block: YAMLMap, old: string): string {
  const [, comment] = /^permissions:[ \t]*#([^\n]*)\n/.exec(old) ?? [];
  const [first, ...rest] = block.commentBefore?.split("\n") ?? [];
  if (comment === undefined || first !== comment.trimEnd()) return "";
  block.commentBefore = rest.length > 0 ? rest.join("\n") : null;
  return ` #${comment}`;
}

/** Returns what stands from a block on, once its lines are others. */
function replaceLines(
  old: string,
  rest: string,
  { lines, column }: { lines: string; column: number },
): string {
  const written = indent(lines, column);
  if (old.endsWith("\n")) return `${written}\n${rest}`;
  // What is said behind the key of a block on one line is about all of it.
  const [all, comment] = /^[ \t]*(#[^\n]*)/.exec(rest) ?? [];
  if (all === undefined || !written.includes("\n")) return written + rest;
  return withKeyComment(written, ` ${comment}`) + rest.slice(all.length);
}

function withKeyComment(lines: string, comment: string): string {
  return lines.includes("\n")
    ? lines.replace(":", () => `:${comment}`)
    : `${lines}${comment}`;
}

/** Makes a block say what is needed; returns whether that changed it. */
function fill(
  block: YAMLMap,
  service: string,
  rights: Needs["rights"],
  spelling: Spelling,
): boolean {
  let changed = false;
  for (const kind of PERMISSION_KINDS) {
    const needed = rights[kind];
    const node = block.get(kind, true) as unknown;
    if (needed === undefined) {
      changed = block.delete(kind) || changed;
    } else if (needed === true) {
      if (isScalar(node) && node.value === true) continue;
      block.set(kind, true);
      changed = true;
    } else if (isSeq(node)) {
      changed = refill(node, kind, needed, spelling) || changed;
    } else if (node !== undefined && !isScalar(node)) {
      throw cannotEdit(service, `its ${kind} is an alias`);
    } else {
      const list = new YAMLSeq();
      refill(list, kind, needed, spelling);
      const length = list.items.reduce<number>(
        (sum, item) => sum + String(item).length + 2,
        0,
      );
      list.flow = length <= MAX_LINE;
      block.set(kind, list);
      changed = true;
    }
  }
  return changed;
}

/** As fill(), for the list of one kind. */
function refill(
  list: YAMLSeq,
  kind: PermissionKind,
  needed: readonly string[],
  spelling: Spelling,
): boolean {
  const length = list.items.length;
  const found = new Set<string>();
  list.items = list.items.filter((item) => {
    const meant = spelling.read(kind, nameOf(item))
      .filter((value) => needed.includes(value) && !found.has(value));
    for (const value of meant) found.add(value);
    return meant.length > 0;
  });
  const kept = list.items.length;
  for (const value of needed) {
    if (!found.has(value)) list.add(spelling.write(kind, value));
  }
  return kept < length || list.items.length > kept;
}

/** Writes the block as lines, its key first. */
function blockText(block: YAMLMap, text: string): string {
  const flow = block.flow === true;
  const document = new Document(new YAMLMap());
  (document.contents as YAMLMap).set("permissions", block);
  const lines = document.toString({
    lineWidth: 0,
    flowCollectionPadding: false,
    indentSeq: !/^( *)[\w-]+:\n\1- /m.test(text),
  }).trimEnd();
  // Spaces inside of braces, none inside of brackets, as `deno fmt` has it.
  return flow ? lines.replace(/\{(.+)\}$/, "{ $1 }") : lines;
}

/** Puts a block on lines of its own after another key. */
function insertLines(text: string, after: Pair, block: YAMLMap): string {
  const column = columnOf(text, rangeOf(after.key)[0]);
  const end = rangeOf(after.value)[1];
  const lineEnd = text[end - 1] === "\n" ? end - 1 : text.indexOf("\n", end);
  const at = lineEnd < 0 ? text.length : lineEnd + 1;
  const before = text.slice(0, at);
  const margin = " ".repeat(column);
  return `${before}${before.endsWith("\n") ? "" : "\n"}${margin}${
    indent(blockText(block, text), column)
  }\n${text.slice(at)}`;
}

/** Puts a block between the braces of a service on one line. */
function insertInFlow(text: string, after: Pair, block: YAMLMap): string {
  const end = rangeOf(after.value)[1];
  return `${text.slice(0, end)}, ${blockText(block, text)}${text.slice(end)}`;
}

/** Moves all lines but the first to the right. */
function indent(lines: string, column: number): string {
  return lines.replaceAll(/\n(?!\n|$)/g, `\n${" ".repeat(column)}`);
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

function nameOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : String(node);
}

function rangeOf(node: unknown): readonly [number, number, number] {
  const { range } = node as Scalar;
  if (!range) throw new TypeError("Cannot find a node that was not parsed");
  return range;
}

function cannotEdit(service: string, reason: string): Failure {
  return new Failure(
    `Cannot write the permissions of "${service}": ${reason}; write them there by hand`,
  );
}
