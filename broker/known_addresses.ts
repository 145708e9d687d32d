/**
 * The addresses of one service, as far as a watch of the broker tells.
 *
 * Decides only; resolver.ts feeds it with events and hands its answers to gRPC.
 *
 * @module
 */

import type { WatchEvent } from "./watch_services.ts";

/** What is known of a service's addresses. */
export interface KnownAddresses {
  /** Takes account of one event. */
  apply(event: Exclude<WatchEvent, { kind: "away" }>): void;
  /**
   * Forgets what only a broker before this one has told: whoever still runs
   * has had the time to register again.
   */
  settle(): void;
  /** True while there is something that `settle` would forget. */
  readonly unsettled: boolean;
  /** The addresses, each once, in order of the instances' names. */
  list(): string[];
}

/**
 * Creates what is known before the first event: nothing.
 *
 * A broker that has restarted (a new epoch) knows only those who have
 * registered with it again, so what its predecessor told stays until it is
 * contradicted or `settle` is called. A dead address among them does no harm:
 * gRPC calls those that it can connect to.
 */
export function createKnownAddresses(): KnownAddresses {
  let epoch: string | undefined;
  let current = new Map<string, string>();
  let former = new Map<string, string>();

  return {
    apply(event) {
      switch (event.kind) {
        case "snapshot": {
          if (epoch !== undefined && event.epoch !== epoch) {
            former = new Map([...former, ...current]);
          }
          epoch = event.epoch;
          current = new Map(
            event.entries.map(({ instance, address }) => [instance, address]),
          );
          for (const instance of current.keys()) former.delete(instance);
          break;
        }
        case "put":
          current.set(event.entry.instance, event.entry.address);
          former.delete(event.entry.instance);
          break;
        case "removed":
          current.delete(event.entry.instance);
          former.delete(event.entry.instance);
          break;
      }
    },
    settle: () => former.clear(),
    get unsettled() {
      return former.size > 0;
    },
    list() {
      const instances = [...former, ...current].sort(([a], [b]) =>
        a < b ? -1 : a > b ? 1 : 0
      );
      return [...new Set(instances.map(([, address]) => address))];
    },
  };
}
