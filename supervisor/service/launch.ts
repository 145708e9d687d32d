/**
 * Starts the processes of a service, one after the other, and says how that went.
 *
 * What one process leaves to the next is kept here: who was found at its
 * address, and what asks it how it is.
 *
 * @module
 */

import { describeStartFailure } from "../../runtime/process/start_failure.ts";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { openIdentity } from "../../runtime/rpc/tls/identity.ts";
import type { ServiceSpec } from "../config/service_spec.ts";
import type { ModuleGuard } from "../modules/module_guard.ts";
import type { AttemptMessage } from "./decision.ts";
import { createKeptProber } from "./probe.ts";
import { makeRoomForSocket } from "./own_socket.ts";
import {
  type ProcessRun,
  type RunContext,
  type RunMessage,
  startProcessRun,
} from "./process_run.ts";
import { createPlaceLookout } from "./taken_place.ts";

/** What starting the processes of a service needs. */
export interface LaunchContext
  extends Omit<RunContext, "prober" | "before" | "stopOptions"> {
  /** Asked before each start. */
  modules: Pick<ModuleGuard, "refusalOf">;
  /** Ends the grace of whatever is being stopped when it aborts. */
  hurry: AbortSignal;
}

/** How a launch went. */
export interface Launch {
  /** Undefined where it has failed. */
  run: ProcessRun | undefined;
  /** Says how it went. */
  message: AttemptMessage;
}

/**
 * Makes what starts the processes of one service.
 *
 * @param specOf Returns the spec that is in force.
 * @returns Starts one; `emit` hears what happens to it.
 */
export function createLauncher(
  specOf: () => ServiceSpec,
  context: LaunchContext,
): (emit: (message: RunMessage) => void) => Promise<Launch> {
  const lookAtPlace = createPlaceLookout(context.onNote);
  const prober = createKeptProber(context.guardian);
  const stopOptions = () => ({
    signal: specOf().stopSignal,
    graceMs: specOf().stopGraceMs,
    hurry: context.hurry,
  });
  return async (emit) => {
    const { sockets: before, trouble } = await lookAtPlace(specOf());
    try {
      await makeRoomForSocket(specOf().socket);
      const refusal = await context.modules.refusalOf(specOf());
      if (refusal !== undefined) throw new Failure(refusal);
      // What is wrong with them is told here, and not by whoever cannot connect.
      requireCertificate(specOf());
      const run = await startProcessRun(
        specOf(),
        { ...context, prober, before, stopOptions },
        emit,
      );
      const message = {
        type: "launched",
        pid: run.pid,
        atMs: run.startedAtMs,
        isProbed: run.inUse.spec.healthcheck !== undefined,
        ...(trouble === undefined ? {} : { trouble }),
      } as const;
      return { run, message };
    } catch (error) {
      const reason = await describeStartFailure(specOf(), error);
      const why = `could not start: ${reason}`;
      return { run: undefined, message: { type: "not_launched", why } };
    }
  };
}

/** @throws {Failure} If the certificate of a service is wrong. */
function requireCertificate({ tls }: Pick<ServiceSpec, "tls">): void {
  if (!tls) return;
  try {
    openIdentity(tls);
  } catch (error) {
    if (error instanceof UsageError) throw new Failure(error.message);
    throw error;
  }
}
