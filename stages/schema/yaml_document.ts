/**
 * Reads YAML that a person has written: one document, of bounded size.
 *
 * @module
 */

import { type Document, parseDocument } from "yaml";

/** More than a person writes; a file can stand for gigabytes by them. */
const MAX_ALIASES = 100;

/** Makes the error that says why a file cannot be read. */
type Cannot = (reason: string) => Error;

/**
 * Reads the text of a file.
 *
 * @throws What `cannot` makes.
 */
export function readYaml(text: string, cannot: Cannot): Document {
  const document = parseDocument(text, { schema: "core", merge: true });
  const [error] = document.errors;
  if (error?.code === "MULTIPLE_DOCS") {
    throw cannot("it holds several documents, and one is expected");
  }
  if (error) throw cannot(firstLine(error.message));
  return document as Document;
}

/**
 * Returns what a document holds, undefined for nothing.
 *
 * @throws What `cannot` makes, for aliases that stand for too much or hold
 * themselves.
 */
export function valueOf(document: Document, cannot: Cannot): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    JSON.stringify(value); // throws if a part of it holds itself
    return value ?? undefined;
  } catch (error) {
    if (error instanceof TypeError) {
      throw cannot("a part of it holds itself, by an alias");
    }
    // A ReferenceError for too many aliases, and for one of an anchor that is not
    // there; a mere Error for a merge of what is no map.
    if (!(error instanceof Error)) throw error;
    if (error.name !== "ReferenceError" && error.name !== "Error") throw error;
    throw cannot(firstLine(error.message));
  }
}

/** Leaves out the piece of the file, which the parser draws below. */
function firstLine(message: string): string {
  return message.split(":\n")[0]!.split("\n")[0]!;
}
