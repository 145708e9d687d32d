/**
 * The supervisor's control service on its unix socket.
 *
 * The socket lies in the state folder, which only the same user may enter. Thin:
 * what is asked for is done by local_commands.ts; client.ts asks.
 *
 * @module
 */

import { SupervisorService } from "../../proto/supervisor/contract.ts";
import { serveOnSocket } from "../../runtime/control/control_socket.ts";
import type { WatchRequest__Output } from "../../proto/types/supervisor/v1/WatchRequest.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  duplex,
  implement,
  serverStream,
  unary,
} from "../../runtime/rpc/handlers.ts";
import type { Supervisor } from "../supervisor.ts";
import { controlAddress } from "./address.ts";
import { changeToWire, refusedAsFault } from "./change_wire.ts";
import type { Commands, ConfigOutcome, Patience } from "./commands.ts";
import { descriptionToWire } from "./description_wire.ts";
import { eventToWire } from "./event_wire.ts";
import { serviceToWire } from "./service_wire.ts";
import { updateToWire } from "./watch_wire.ts";

/**
 * Serves the control service until disposed.
 *
 * @param supervisor What is served.
 * @param commands Those of that supervisor.
 */
export async function serveControl(
  supervisor: Pick<
    Supervisor,
    "config" | "token" | "events" | "onStateRenewed"
  >,
  commands: Commands,
): Promise<AsyncDisposable> {
  const change = (verb: "start" | "stop" | "restart") =>
    unary<ChangeRequest, { services: WireService[] }>(
      async ({ names = [], waitMs }, { signal }) => {
        const patience = patienceOf(waitMs, signal);
        const services = await refusedAsFault(commands[verb](names, patience));
        return { services: services.map(serviceToWire) };
      },
    );
  const open = async () => {
    const address = await controlAddress(supervisor.config.stateDir);
    return await serveOnSocket(address, {
      authentication: { token: supervisor.token, name: "the supervisor" },
      services: {
        "supervisor.v1.SupervisorService": implement(SupervisorService, {
          List: unary(async () => {
            const { services, ...rest } = await commands.list();
            return { services: services.map(serviceToWire), ...rest };
          }),
          Describe: unary(async () => {
            const { services, configPath } = await commands.describe();
            return { services: services.map(descriptionToWire), configPath };
          }),
          Start: change("start"),
          Stop: change("stop"),
          Restart: change("restart"),
          Reload: unary(({ dryRun = false, waitMs }, { signal }) =>
            outcomeToWire(
              commands.reload({ dryRun, ...patienceOf(waitMs, signal) }),
            )
          ),
          Scale: unary(({ replicas = {}, waitMs }, { signal }) =>
            outcomeToWire(
              commands.scale(
                new Map(Object.entries(replicas)),
                patienceOf(waitMs, signal),
              ),
            )
          ),
          Wait: unary(async ({ names = [], waitMs }, { signal }) => {
            const { services, ...rest } = await refusedAsFault(
              commands.wait(names, patienceOf(waitMs, signal)),
            );
            return { services: services.map(serviceToWire), ...rest };
          }),
          Shutdown: unary(async () => ({
            supervisorPid: await commands.shutdown(),
          })),
          WatchEvents: serverStream(
            async function* ({ afterSequence, knownOnly }, { signal }) {
              const events = knownOnly
                ? supervisor.events.known(afterSequence)
                : commands.events(afterSequence ?? 0, signal);
              for await (const event of events) yield eventToWire(event);
            },
          ),
          Watch: duplex(({ incoming, send }, { signal }) =>
            refusedAsFault(answerWatcher(commands, incoming, send, signal))
          ),
        }),
      },
    });
  };
  let server: AsyncDisposable | undefined;
  let last = Promise.resolve();
  // The path leads to nothing, though its socket still listens. That one ends
  // first, since it removes what it finds at its path.
  const reopen = () =>
    last = last.catch(() => {}).then(async () => {
      await server?.[Symbol.asyncDispose]();
      server = undefined;
      server = await open();
    });
  supervisor.onStateRenewed(reopen);
  try {
    await reopen();
  } catch (error) {
    // The folder was removed just now: it is served once it is made anew.
    if (!isNoFolder(error)) throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      await last.catch(() => {});
      await server?.[Symbol.asyncDispose]();
    },
  };
}

/** True where the folder in which to listen is not there. */
function isNoFolder(error: unknown): boolean {
  return error instanceof Fault && error.code === "not_found";
}

/**
 * Sends an update for each request. What is written to a stream is kept for a
 * slow reader without a bound; what it has not asked for is kept with one.
 *
 * @throws {Fault} `unavailable` once the supervisor ends.
 */
async function answerWatcher(
  commands: Pick<Commands, "watch">,
  requests: AsyncIterable<WatchRequest__Output>,
  send: (update: ReturnType<typeof updateToWire>) => void,
  signal: AbortSignal,
): Promise<void> {
  const asked = requests[Symbol.asyncIterator]();
  const first = await asked.next();
  if (first.done) return;
  const { names, newOnly } = first.value;
  for await (const update of commands.watch(names, signal, { newOnly })) {
    send(updateToWire(update));
    if ((await asked.next()).done) return;
  }
  throw new Fault("unavailable", "the supervisor is stopping");
}

type WireService = ReturnType<typeof serviceToWire>;

/** What is asked of a change. */
interface ChangeRequest {
  names: string[];
  waitMs: number;
}

/** How long a caller waits; one that says nothing, or 0, as long as others do. */
function patienceOf(
  waitMs: number | undefined,
  signal: AbortSignal,
): Patience {
  return waitMs ? { waitMs, signal } : { signal };
}

async function outcomeToWire(answer: Promise<ConfigOutcome>) {
  const { changes, services } = await refusedAsFault(answer);
  return {
    changes: changes.map(changeToWire),
    services: services.map(serviceToWire),
  };
}
