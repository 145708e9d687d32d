/**
 * Restarts the services with `watch` when their source changes.
 *
 * Watches what is active, and looks again after each change of the fleet.
 *
 * @module
 */

import { relative } from "node:path";
import { allDependentsOf } from "../config/dependency_order.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import { isAlive, isUp, type State } from "../service/state.ts";
import { watchModules } from "./module_watch.ts";

/** What watching needs of a fleet. */
type Watched = Pick<
  Fleet,
  "config" | "graph" | "active" | "orders" | "onChange"
>;

/** Stops and starts in order; ends early when `signal` aborts. */
type Restart = (
  loops: readonly ServiceLoop[],
  signal: AbortSignal,
) => Promise<void>;

const RESTARTING = { type: "service_restarting", cause: "source" } as const;

/** Watches what is active, from the next change of that, until disposed. */
export function createModuleWatches(
  fleet: Watched,
  restart: Restart,
): AsyncDisposable {
  const watches = new Map<string, AsyncDisposable>();
  const ending = new Set<Promise<void>>();

  const end = (key: string) => {
    const ended = Promise.resolve(watches.get(key)?.[Symbol.asyncDispose]());
    watches.delete(key);
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
  };
  /** Begins and ends watches, so that there is one for each active service. */
  const update = () => {
    const wanted = new Map<string, { service: string; script: string }>(
      fleet.active().flatMap(({ spec: { service, runs, watch } }) =>
        watch && runs.kind === "script"
          ? [
            [`${service}\n${runs.script}`, {
              service,
              script: runs.script,
            }] as const,
          ]
          : []
      ),
    );
    for (const key of watches.keys()) if (!wanted.has(key)) end(key);
    for (const [key, { service, script }] of wanted) {
      if (watches.has(key)) continue;
      watches.set(key, watchService(service, script, fleet, restart));
    }
  };
  fleet.onChange(update);
  return {
    async [Symbol.asyncDispose]() {
      for (const key of watches.keys()) end(key);
      await Promise.all(ending);
    },
  };
}

function watchService(
  service: string,
  script: string,
  fleet: Watched,
  restart: Restart,
): AsyncDisposable {
  /** Aborts what the change before has begun: this one is newer. */
  let latest = new AbortController();
  const replicas = () =>
    fleet.active().filter(({ spec }) => spec.service === service);
  /** What nobody has stopped. */
  const wanted = () =>
    fleet.active().filter((loop) => !fleet.orders.isToRest(loop));
  const begin = (chosen: readonly ServiceLoop[]) => {
    latest.abort();
    latest = new AbortController();
    return restart(chosen, latest.signal);
  };
  const watch = watchModules(script, {
    onReady(files) {
      for (const { addNote } of replicas()) {
        addNote(
          `its source is watched: ${files} ${files === 1 ? "file" : "files"}`,
        );
      }
    },
    onChange(files) {
      const cascade = replicas().some(({ spec }) => spec.watch?.cascade);
      const dependents = cascade
        ? allDependentsOf(fleet.graph(), service)
        : new Set();
      const chosen = wanted().flatMap((loop) => {
        const { spec, state, addNote } = loop;
        if (spec.service === service && isConcerned(state)) {
          addNote(
            `is restarted: ${inWords(files, fleet.config.folder)}`,
            RESTARTING,
          );
          return [loop];
        }
        // The next run of one with a schedule has nothing to do with the old.
        if (
          dependents.has(spec.service) && isTroubled(state) && !spec.schedule
        ) {
          addNote(
            `is restarted: the source of ${service} has changed`,
            RESTARTING,
          );
          return [loop];
        }
        return [];
      });
      return begin(chosen);
    },
    onBroken(reason) {
      for (const { state, addNote } of replicas()) {
        addNote(
          isAlive(state)
            ? `goes on with its old code, since the new would not load: ${reason}`
            : `is not started, since it would not load: ${reason}`,
          { type: "source_broken" },
        );
      }
    },
    onRestored() {
      const down = wanted().filter(({ spec, state }) =>
        spec.service === service && isConcerned(state) && !isUp(state)
      );
      for (const { addNote } of replicas()) {
        addNote("its source is as it was before");
      }
      return begin(down);
    },
    onError(reason) {
      for (const { addNote } of replicas()) {
        addNote(`is not watched: ${reason}`);
      }
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      latest.abort();
      await watch[Symbol.asyncDispose]();
    },
  };
}

/** True of what is not about to start: that will be with the new source. */
function isConcerned(state: State): boolean {
  return state.status !== "pending";
}

/** True of what may have to do with the service that it depends on. */
function isTroubled(state: State): boolean {
  return isAlive(state) || state.status === "backing_off" ||
    state.status === "failed";
}

function inWords(files: readonly string[], folder: string): string {
  const [first = ""] = files;
  const name = relative(folder, first);
  return files.length === 1
    ? `${name} has changed`
    : `${name} and ${files.length - 1} more have changed`;
}
