/**
 * Services that have nothing of their own in a picture: they need the same, and
 * nobody needs them. Many of these stand in one frame with one line.
 *
 * @module
 */

/** Fewer than these stand each for itself. */
const LEAST = 6;

/** A frame, or a service that stands for itself. */
export interface Block {
  /** Unique; of a service its name. */
  name: string;
  /** In the order of the config. */
  members: string[];
}

/**
 * Puts services into blocks, in the order of the config.
 *
 * @param pairs Who turns to whom.
 */
export function blocksOf(
  names: readonly string[],
  pairs: readonly [from: string, to: string][],
): Block[] {
  const needed = new Set(pairs.map(([, to]) => to));
  const needs = Map.groupBy(pairs, ([from]) => from);
  const alike = Map.groupBy(
    names,
    (name) =>
      needed.has(name)
        ? `one ${name}`
        : `all ${
          JSON.stringify((needs.get(name) ?? []).map(([, to]) => to).sort())
        }`,
  );
  const blocks = [...alike.values()].flatMap((members): Block[] =>
    members.length < LEAST
      ? members.map((name) => ({ name, members: [name] }))
      : [{ name: `group of ${members[0]}`, members }]
  );
  const order = new Map(names.map((name, i) => [name, i]));
  return blocks.sort((a, b) =>
    order.get(a.members[0]!)! - order.get(b.members[0]!)!
  );
}
