/**
 * The supervisor's control service on its unix socket.
 *
 * The socket lies in the state folder, which only the same user may enter. Thin:
 * what is asked for is done by supervisor.ts; client.ts asks.
 *
 * @module
 */

import { dirname } from "node:path";
import { SupervisorService } from "../../proto/supervisor/contract.ts";
import { removeIfThere } from "../../runtime/files/optional_file.ts";
import { abortAfter } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { implement, serverStream, unary } from "../../runtime/rpc/handlers.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import type { SupervisorEvent } from "../events/event.ts";
import type { MeasuredSnapshot } from "../service/snapshot.ts";
import type { Status } from "../service/state.ts";
import type { Reloaded, Supervisor } from "../supervisor.ts";
import { controlAddress } from "./address.ts";
import { CHANGE_MS, changeToWire, refusedAsFault } from "./change_wire.ts";

/**
 * Serves the control service until disposed.
 *
 * @param supervisor What it commands.
 * @param onShutdown Called when somebody asks for the end of everything.
 */
export async function serveControl(
  supervisor: Supervisor,
  onShutdown: () => void,
): Promise<AsyncDisposable> {
  const address = await controlAddress(supervisor.config.stateDir);
  const path = address.slice("unix:".length);
  await makeRoom(path);
  const change = (
    verb: string,
    act: (
      names: readonly string[],
      signal: AbortSignal,
    ) => Promise<MeasuredSnapshot[]>,
  ) =>
    unary<{ names: string[]; waitMs: number }, { services: WireService[] }>(
      async ({ names = [], waitMs }, { signal }) => {
        const services = await refusedAsFault(
          inTime(verb, waitMs, signal, (signal) => act(names, signal)),
        );
        return { services: services.map(toWire) };
      },
    );
  const outcome = async (
    verb: string,
    waitMs: number | undefined,
    signal: AbortSignal,
    act: (signal: AbortSignal) => Promise<Reloaded>,
  ) => {
    const { changes, services } = await refusedAsFault(
      inTime(verb, waitMs, signal, act),
    );
    return {
      changes: changes.map(changeToWire),
      services: services.map(toWire),
    };
  };
  const open = () =>
    serve({
      address,
      services: {
        "supervisor.v1.SupervisorService": implement(SupervisorService, {
          List: unary(async () => ({
            services: (await supervisor.measure()).map(toWire),
            supervisorPid: Deno.pid,
            notes: [...supervisor.notes()],
          })),
          Start: change("start", supervisor.start),
          Stop: change("stop", supervisor.stop),
          Restart: change("restart", supervisor.restart),
          Reload: unary(({ dryRun = false, waitMs }, { signal }) =>
            outcome(
              "reload",
              waitMs,
              signal,
              (signal) => supervisor.reload({ dryRun, signal }),
            )
          ),
          Scale: unary(({ replicas = {}, waitMs }, { signal }) =>
            outcome(
              "scale",
              waitMs,
              signal,
              (signal) =>
                supervisor.scale(new Map(Object.entries(replicas)), signal),
            )
          ),
          Wait: unary(async ({ names = [], waitMs }, { signal }) => {
            const { services, ...rest } = await refusedAsFault(
              within(
                waitMs,
                signal,
                (signal) => supervisor.wait(names, signal),
              ),
            );
            return {
              services: services.map(toWire),
              ...rest,
              supervisorPid: Deno.pid,
            };
          }),
          Shutdown: unary(() => {
            // After the answer has left.
            setTimeout(onShutdown, 0);
            return { supervisorPid: Deno.pid };
          }),
          WatchEvents: serverStream(
            async function* ({ afterSequence, knownOnly }, call) {
              const { known, follow } = supervisor.events;
              const events = knownOnly
                ? known(afterSequence)
                : follow(afterSequence, call.signal);
              for await (const event of events) yield eventToWire(event);
            },
          ),
        }),
      },
    });
  let server = await open();
  supervisor.onStateRenewed(async () => {
    // The path leads to nothing, though its socket still listens. That one ends
    // first, since it removes what it finds at its path.
    await server.stop(LEAVE_MS);
    await makeRoom(path);
    server = await open();
  });
  return {
    async [Symbol.asyncDispose]() {
      await server.stop(LEAVE_MS);
      await removeIfThere(path);
    },
  };
}

/** How long callers have to leave, in milliseconds. */
const LEAVE_MS = 500;

/** Makes the folder of the socket, and removes what is left of another. */
async function makeRoom(path: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await Deno.chmod(dirname(path), 0o700);
  // A supervisor that was killed leaves its socket; we hold its lock.
  await removeIfThere(path);
}

/** Acts until the caller leaves, or its patience ends. */
async function within<T>(
  waitMs: number | undefined,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using patience = abortAfter(waitMs || CHANGE_MS);
  return await act(AbortSignal.any([signal, patience.signal]));
}

/**
 * As within(), for what is to be over by then.
 *
 * @throws {Fault} `timed_out` if it is not.
 */
async function inTime<T>(
  verb: string,
  waitMs: number | undefined,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let over = false;
  const result = await within(waitMs, signal, async (patience) => {
    const acted = await act(patience);
    over = patience.aborted;
    return acted;
  });
  if (!over) return result;
  throw new Fault(
    "timed_out",
    `Cannot ${verb} within ${waitMs || CHANGE_MS} ms: it is not over yet`,
  );
}

type WireService = ReturnType<typeof toWire>;

function toWire({ status, notes = [], exit, ...rest }: MeasuredSnapshot) {
  return {
    ...rest,
    status: statusToWire(status),
    ...(exit ? { exitCode: exit.code } : {}),
    ...(exit?.signal ? { signal: exit.signal } : {}),
    notes: [...notes],
  };
}

function eventToWire({ type, ...event }: SupervisorEvent) {
  const wire = { ...event, type: type.toUpperCase() as Uppercase<typeof type> };
  if (!("status" in wire)) return wire;
  return {
    ...wire,
    status: statusToWire(wire.status),
    previous: statusToWire(wire.previous),
  };
}

function statusToWire(status: Status) {
  return status.toUpperCase() as Uppercase<Status>;
}
