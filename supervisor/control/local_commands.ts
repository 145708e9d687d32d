/**
 * Commands a supervisor in this process.
 *
 * @module
 */

import { abortAfter } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { describeServices } from "../config/description.ts";
import type { Supervisor } from "../supervisor.ts";
import { type Commands, type Patience, WAIT_MS } from "./commands.ts";
import { watchSupervisor } from "./watch.ts";

/**
 * Returns the commands of a supervisor.
 *
 * @param onShutdown Called when somebody asks for the end of everything.
 */
export function localCommands(
  supervisor: Supervisor,
  onShutdown: () => void,
): Commands {
  const pid = Deno.pid;
  const startedMs = performance.now();
  return {
    list: async () => ({
      services: await supervisor.measure(),
      supervisorPid: pid,
      supervisorUptimeMs: Math.round(performance.now() - startedMs),
      notes: [...supervisor.notes()],
    }),
    async describe() {
      const { config } = supervisor;
      const services = await describeServices(config);
      return { configPath: config.path, services };
    },
    start: (names, patience) =>
      inTime("start", patience, (signal) => supervisor.start(names, signal)),
    stop: (names, patience) =>
      inTime("stop", patience, (signal) => supervisor.stop(names, signal)),
    restart: (names, patience) =>
      inTime(
        "restart",
        patience,
        (signal) => supervisor.restart(names, signal),
      ),
    async wait(names, patience) {
      using limit = limitOf(patience);
      const waited = await supervisor.wait(names, limit.signal);
      return { ...waited, supervisorPid: pid };
    },
    reload: ({ dryRun = false, ...patience } = {}) =>
      inTime(
        "reload",
        patience,
        (signal) => supervisor.reload({ dryRun, signal }),
      ),
    scale: (replicas, patience) =>
      inTime("scale", patience, (signal) => supervisor.scale(replicas, signal)),
    events: supervisor.events.follow,
    watch: (names, signal, options) =>
      watchSupervisor(supervisor, names, signal, options),
    shutdown() {
      // After the answer has left.
      setTimeout(onShutdown, 0);
      return Promise.resolve(pid);
    },
  };
}

/** Aborts when somebody no longer waits, or has waited for long enough. */
function limitOf(
  { waitMs = WAIT_MS, signal }: Patience = {},
): Disposable & { signal: AbortSignal; isOver(): boolean } {
  const time = abortAfter(waitMs);
  return {
    signal: signal ? AbortSignal.any([signal, time.signal]) : time.signal,
    isOver: () => time.signal.aborted,
    [Symbol.dispose]: () => time[Symbol.dispose](),
  };
}

/**
 * Acts on what is to be over in time.
 *
 * @throws {Fault} `timed_out` if it is not.
 */
async function inTime<T>(
  verb: string,
  patience: Patience | undefined,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using limit = limitOf(patience);
  const result = await act(limit.signal);
  if (!limit.isOver()) return result;
  throw new Fault(
    "timed_out",
    `Cannot ${verb} within ${
      patience?.waitMs ?? WAIT_MS
    } ms: it is not over yet`,
  );
}
