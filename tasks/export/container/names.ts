/**
 * Names that hold in a network and in Kubernetes: the label of RFC 1123.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** So that names which begin with one, or end with one, are labels, too. */
const LONGEST = 48;
const DIGEST = 6;

/**
 * Returns a label for each name: the name itself where it is one. Names that
 * would become the same label are told apart by a digest of the name, so that a
 * label does not depend on which others there are before it.
 */
export function labelsFor(names: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>();
  for (const name of new Set(names)) {
    counts.set(labelOf(name), (counts.get(labelOf(name)) ?? 0) + 1);
  }
  return new Map(names.map((name) => {
    const label = labelOf(name);
    const isOwn = label === name ||
      (counts.get(label) === 1 && name.length <= LONGEST);
    return [name, isOwn ? label : withDigest(label, name)];
  }));
}

/** Makes a label of any text; two texts may get the same. */
function labelOf(text: string): string {
  const label = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST).replaceAll(/^-+|-+$/g, "");
  return label === "" ? "x" : label;
}

function withDigest(label: string, name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  const head = label.slice(0, LONGEST - DIGEST - 1).replace(/-+$/, "");
  return `${head}-${digest.slice(0, DIGEST)}`;
}
