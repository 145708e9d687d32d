/**
 * The dashboard's service for its user's commands and runs.
 *
 * @module
 */

import { DashboardService } from "../../proto/dashboard/contract.ts";
import type { WatchUpdate__Output } from "../../proto/types/pipeline/v1/WatchUpdate.ts";
import {
  duplex,
  implement,
  type Implementation,
  unary,
} from "../../runtime/rpc/handlers.ts";

/** What the service does. */
export interface CollectorOptions {
  /** Makes an address that lets in one browser. */
  invite(): string;
  /** Takes what a run tells, one update at a time, until it tells no more. */
  report(updates: AsyncIterable<WatchUpdate__Output>): Promise<void>;
  /** Ends this dashboard; what it has in its folder is another's then. */
  leave(): Promise<void>;
}

/** Makes the service. */
export function collectorService(
  { invite, report, leave }: CollectorOptions,
): Implementation {
  return implement(DashboardService, {
    Invite: unary(() => ({ url: invite() })),
    Report: duplex(async ({ incoming, send }) => {
      await report(answered(incoming, () => send({})));
    }),
    Leave: unary(async () => {
      await leave();
      return { pid: Deno.pid };
    }),
  });
}

/** Says that each was received once it was taken. */
async function* answered<T>(
  updates: AsyncIterable<T>,
  answer: () => void,
): AsyncGenerator<T> {
  for await (const update of updates) {
    yield update;
    answer();
  }
}
