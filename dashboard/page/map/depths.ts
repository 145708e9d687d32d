/**
 * How far a service is from those that need nothing.
 *
 * @module
 */

/**
 * Gives for each name the longest way down: 0 for what turns to nobody. A ring is
 * cut where it is first met.
 *
 * @param pairs Who turns to whom.
 */
export function depthsOf(
  names: readonly string[],
  pairs: readonly [from: string, to: string][],
): Map<string, number> {
  const turns = Map.groupBy(pairs, ([from]) => from);
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    depths.set(name, 0); // what a ring comes back to
    const below = (turns.get(name) ?? []).map(([, to]) => depthOf(to));
    const depth = Math.max(-1, ...below) + 1;
    depths.set(name, depth);
    return depth;
  };
  for (const name of names) depthOf(name);
  return depths;
}
