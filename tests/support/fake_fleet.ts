/**
 * A fleet whose processes are made of nothing: each ends when the test says so.
 *
 * @module
 */

import { parseConfig } from "../../supervisor/config/load_config.ts";
import type { ServiceSpec } from "../../supervisor/config/service_spec.ts";
import { createFleet, type Fleet } from "../../supervisor/fleet/fleet.ts";
import { createOrderedChanges } from "../../supervisor/fleet/ordered_changes.ts";
import { createReloader } from "../../supervisor/fleet/reload.ts";
import type { ServiceLoop } from "../../supervisor/service/service_loop.ts";
import { isAlive, type State } from "../../supervisor/service/state.ts";
import { createStateCell } from "../../supervisor/service/state_cell.ts";

/** A fleet, and what is done with it. */
export interface FakeFleet {
  fleet: Fleet;
  changes: ReturnType<typeof createOrderedChanges>;
  reloader: ReturnType<typeof createReloader>;
  /** Messages of events, oldest first. */
  told: string[];
  /** Ends the processes of a service that are being stopped. */
  end(service: string): Promise<void>;
  /** The names of those that have a process, also of those that are forgotten. */
  alive(): string[];
}

/** Lets go on all that waits for nothing more. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** A service that starts at once, and stops when it is ended. */
function fakeLoop(initial: ServiceSpec, addNote: (message: string) => void) {
  let spec = initial;
  let again = false;
  let pid = 100;
  const cell = createStateCell(() => {});
  const spawn = () => {
    again = false;
    cell.apply({ type: "waits", for: "" }, "");
    cell.apply({ type: "spawned", pid: pid++, atMs: 0, probed: false }, "");
  };
  const loop: ServiceLoop = {
    get spec() {
      return spec;
    },
    get state() {
      return cell.state;
    },
    inUse: undefined,
    runs: undefined,
    leftBehind: "",
    hint: "",
    restarts: 0,
    until: cell.until,
    start() {
      if (cell.state.status === "stopping") again = true;
      else if (!isAlive(cell.state)) spawn();
    },
    startNow: () => loop.start(),
    stop() {
      again = false;
      if (isAlive(cell.state)) cell.apply({ type: "stop_began" }, "");
      else if (cell.state.status === "pending") {
        cell.apply({ type: "ended", asked: true }, "");
      }
    },
    leaveStopped: () => loop.stop(),
    update: (next) => void (spec = next),
    endOverLimit() {},
    addNote,
    drained: () => Promise.resolve(),
  };
  const end = () => {
    if (cell.state.status !== "stopping") return;
    cell.apply({ type: "ended", asked: true }, "");
    if (again) spawn();
  };
  return { loop, end };
}

/**
 * Makes a fleet of which all runs.
 *
 * @param services Their part of config.yaml, in YAML's flow style.
 */
export function runningFleet(
  path: string,
  services: string,
  closing: AbortSignal = new AbortController().signal,
): FakeFleet {
  const told: string[] = [];
  const fakes: ReturnType<typeof fakeLoop>[] = [];
  const config = parseConfig(`services: { ${services} }`, { path });
  const fleet = createFleet(config, (spec) => {
    const fake = fakeLoop(spec, (message) => void told.push(message));
    fakes.push(fake);
    return fake.loop;
  });
  const changes = createOrderedChanges(fleet, closing);
  changes.start(fleet.all());
  return {
    fleet,
    changes,
    reloader: createReloader(fleet, {
      choose: ({ services }) =>
        [...services].filter(([, specs]) =>
          specs.every(({ profiles }) => profiles.length === 0)
        ).map(([service]) => service),
      prepare: (config) => config,
      emit: ({ message }) => void told.push(message),
      changes,
    }),
    told,
    async end(service) {
      await settle();
      for (const { loop, end } of fakes) {
        if (loop.spec.service === service) end();
      }
      await settle();
    },
    alive: () =>
      fakes.map(({ loop }) => loop)
        .filter(({ state }: { state: State }) => isAlive(state))
        .map(({ spec }) => spec.name),
  };
}
