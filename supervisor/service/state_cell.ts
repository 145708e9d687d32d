/**
 * Holds the state of a service, and says when it changes.
 *
 * @module
 */

import { nextState, type State, type StateEvent } from "./state.ts";

/** The state of a service. */
export interface StateCell {
  readonly state: State;
  /** Takes in an event; an empty message is not told. */
  apply(event: StateEvent, message: string): void;
  /** Resolves once `wanted` is true of the state. Rejects on abort. */
  until(
    wanted: (state: State) => boolean,
    signal?: AbortSignal,
  ): Promise<State>;
}

/** Holds the state of a service that nobody has asked for. */
export function createStateCell(
  onChange: (previous: State, message: string) => void,
): StateCell {
  let state: State = { status: "pending" };
  const watchers = new Set<() => void>();
  return {
    get state() {
      return state;
    },
    apply(event, message) {
      const previous = state;
      state = nextState(previous, event);
      if (state === previous) return;
      if (message !== "") onChange(previous, message);
      for (const watcher of [...watchers]) watcher();
    },
    until(wanted, signal) {
      return new Promise((resolve, reject) => {
        const done = () => {
          watchers.delete(look);
          signal?.removeEventListener("abort", abort);
        };
        const look = () => {
          if (!wanted(state)) return;
          done();
          resolve(state);
        };
        const abort = () => {
          done();
          reject(signal?.reason);
        };
        watchers.add(look);
        signal?.addEventListener("abort", abort, { once: true });
        if (signal?.aborted) abort();
        else look();
      });
    },
  };
}
