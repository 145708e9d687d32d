/**
 * Asks one process of a stage how it stands. Loaded once somebody watches.
 *
 * @module
 */

import { StageMonitorService } from "../proto/pipeline/contract.ts";
import type { StageLook__Output } from "../proto/types/pipeline/v1/StageLook.ts";
import { Fault } from "../runtime/program/errors.ts";
import type { Connection } from "../runtime/rpc/connect.ts";
import { isUnimplemented } from "../runtime/rpc/status.ts";

/** What has come of asking; `busy` also for one that is just gone. */
export type StageAnswer = StageLook__Output | "busy" | "cannot_tell";

/** Asks once. */
export async function lookAtStage(
  connection: Pick<Connection, "unary">,
  options: { deadlineMs: number; signal?: AbortSignal },
): Promise<StageAnswer> {
  try {
    return await connection.unary(StageMonitorService.Look, {}, options);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return isUnimplemented(error) ? "cannot_tell" : "busy";
  }
}
