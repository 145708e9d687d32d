/**
 * Serves a run to its owner: what it is doing, and how to change that.
 *
 * Thin: run_view.ts knows, swaps.ts does.
 *
 * @module
 */

import { dirname } from "node:path";
import { RunService } from "../proto/pipeline/run_contract.ts";
import { serveOnSocket } from "../runtime/control/control_socket.ts";
import { makeSocketFolder } from "../runtime/control/socket_folder.ts";
import { removeFolderIfEmpty } from "../runtime/files/optional_file.ts";
import { Failure, Fault, UsageError } from "../runtime/program/errors.ts";
import { implement, serverStream, unary } from "../runtime/rpc/handlers.ts";
import { STAGES } from "../stages/names.ts";
import { runAddress } from "./run_address.ts";
import type { RunView } from "./run_view.ts";
import { RUN_SOCKET } from "./state_folder.ts";
import type { Swaps } from "./swaps.ts";

/** What is served, and where. */
export interface RunServiceOptions {
  /** The folder of the run's state, which only its user may enter. */
  folder: string;
  /** The secret of the run. */
  token: string;
  view: Pick<RunView, "watch">;
  swaps: Pick<Swaps, "swap">;
  /** Ends the run as the first Ctrl-C does. */
  end(): void;
}

/** Serves a run until disposed. */
export async function serveRun(
  { folder, token, view, swaps, end }: RunServiceOptions,
): Promise<AsyncDisposable> {
  await makeSocketFolder(folder, RUN_SOCKET);
  const address = await runAddress(folder);
  const server = await serveOnSocket(address, {
    authentication: { token, name: "the pipeline" },
    services: {
      "pipeline.v1.RunService": implement(RunService, {
        Watch: serverStream((_request, { signal }) => view.watch(signal)),
        Swap: unary(async ({ stage: name, variant }) => {
          const stage = STAGES.find((each) => each === name);
          if (!stage) {
            throw new Fault("invalid", `There is no stage "${name}"`);
          }
          const { processes, event, ...swapped } = await refusedAsFault(
            swaps.swap(variant ? { stage, variant } : { stage }),
          );
          return {
            processes: processes.map(({ name, pid, address }) => ({
              name,
              stage,
              variant: swapped.variant ?? "",
              pid,
              address,
              state: "PROCESS_SERVING" as const,
            })),
            event,
          };
        }),
        Stop: unary(() => {
          end();
          return { pid: Deno.pid };
        }),
      }),
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      // Where its path was too long it is in a folder of its own.
      const place = dirname(address.slice("unix:".length));
      if (place !== folder) await removeFolderIfEmpty(place);
    },
  };
}

/** Passes on to the caller what cannot be. */
async function refusedAsFault<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UsageError) {
      throw new Fault("invalid", error.message, { cause: error });
    }
    if (error instanceof Failure) {
      throw new Fault("failed_precondition", error.message, { cause: error });
    }
    throw error;
  }
}
