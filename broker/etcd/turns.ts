/**
 * Has what concerns the same thing done one after the other.
 *
 * @module
 */

/** Does `act` when all that was given before for the same key is over. */
export type Turns = <Result>(
  key: string,
  act: () => Promise<Result>,
) => Promise<Result>;

/** Makes turns that nobody has taken. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(act);
    // Whoever comes next does not mind how this one ends.
    const over = turn.catch(() => {});
    last.set(key, over);
    try {
      return await turn;
    } finally {
      if (last.get(key) === over) last.delete(key);
    }
  };
}
