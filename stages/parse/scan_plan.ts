/**
 * Which fields of a JSON object are wanted, in the form that the scanner runs.
 *
 * A path is a slot: the scanner notes for each slot what it found there. Knows
 * nothing of events; what a slot means is the caller's.
 *
 * @module
 */

/** What is wanted of one object. */
export interface ScanNode {
  keys: readonly ScanKey[];
  /** False where nothing is: any key will do, however it is written. */
  isWanted: boolean;
}

/** One key of an object, and what is wanted of its value. */
export interface ScanKey {
  /** The key's bytes, as they stand between the quotes. */
  name: Uint8Array;
  /** Where the scanner notes the value. */
  slot: number;
  /** What is wanted of the value where that is an object. */
  inside: ScanNode;
}

/** What to look for in a line. */
export interface ScanPlan {
  root: ScanNode;
  /** How many slots there are, numbered from 0. */
  slots: number;
  /** The slot of each path, in the order of the paths. */
  slotOf: readonly number[];
}

/** Nothing is wanted. */
export const NOTHING: ScanNode = { keys: [], isWanted: false };

/** A key that is still getting keys inside it. */
interface OpenKey {
  slot: number;
  inside: Map<string, OpenKey>;
}

/**
 * Compiles paths.
 *
 * @param paths For each field the names of its keys, from the outermost one.
 */
export function compileScan(
  paths: readonly (readonly string[])[],
): ScanPlan {
  let slots = 0;
  const root = new Map<string, OpenKey>();
  const slotOf = paths.map((path) => {
    let slot = -1;
    let keys = root;
    for (const name of path) {
      const key = keys.get(name) ?? { slot: slots++, inside: new Map() };
      keys.set(name, key);
      ({ slot, inside: keys } = key);
    }
    return slot;
  });
  return { root: close(root), slots, slotOf };
}

function close(keys: Map<string, OpenKey>): ScanNode {
  if (keys.size === 0) return NOTHING;
  return {
    isWanted: true,
    keys: [...keys].filter(([name]) => isPlain(name)).map(
      ([name, { slot, inside }]) => ({
        name: new TextEncoder().encode(name),
        slot,
        inside: close(inside),
      }),
    ),
  };
}

/**
 * True where JSON writes a name in one way, but for escapes that nobody needs.
 * Any other has a backslash in it or a byte beyond ASCII, and the scanner leaves
 * a line with such a key to others.
 */
function isPlain(name: string): boolean {
  return /^[\x20-\x7f]*$/.test(name) && !/["\\]/.test(name);
}
