/**
 * Serves a run to its owner from when its stages are up: before that every
 * processor loads the stages, and there is nothing to change.
 *
 * @module
 */

import type { RunServiceOptions } from "../../orchestrator/run_service.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { log } from "../../runtime/program/log.ts";
import type { OrderlyInterrupts } from "../../runtime/program/interrupts.ts";
import { markRun } from "./run_place.ts";

/** A run that is served once it has begun. Disposing of it ends that. */
export interface ServedRun extends AsyncDisposable {
  /** Says that the stages are up. */
  begin(): void;
}

/** Prepares to serve a run. */
export function servedRun(
  { guardian, interrupts, ...options }: Omit<RunServiceOptions, "end"> & {
    guardian: Pick<Guardian, "remove">;
    interrupts: Pick<OrderlyInterrupts, "stop" | "finish">;
  },
): ServedRun {
  const { stop, finish } = interrupts;
  let ending = false;
  const end = () => {
    // The second of them would end it by force.
    if (ending || stop.aborted || finish.aborted) return;
    ending = true;
    Deno.kill(Deno.pid, "SIGINT");
  };
  const open = async () => {
    await using opened = new AsyncDisposableStack();
    const { serveRun } = await import("../../orchestrator/run_service.ts");
    opened.use(await serveRun({ ...options, end }));
    opened.use(await markRun(options.folder, guardian));
    return opened.move();
  };
  let serving: Promise<AsyncDisposable | undefined> | undefined;
  return {
    begin() {
      serving ??= open().catch((error) => {
        log(`Nobody can ask this run to swap a stage: ${error.message}`);
        return undefined;
      });
    },
    async [Symbol.asyncDispose]() {
      await (await serving)?.[Symbol.asyncDispose]();
    },
  };
}
