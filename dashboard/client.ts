/**
 * How a command or a run of the same user reaches the dashboard of a folder.
 *
 * @module
 */

import { DashboardService } from "../proto/dashboard/contract.ts";
import type { WatchUpdate } from "../proto/types/pipeline/v1/WatchUpdate.ts";
import { COLLECTOR_SOCKET } from "../runtime/control/dashboard_socket.ts";
import { socketPath } from "../runtime/control/socket_folder.ts";
import { isThere } from "../runtime/files/optional_file.ts";
import { readToken } from "../runtime/files/token_file.ts";
import { abortOnDispose, pause } from "../runtime/program/abort.ts";
import { Failure, Fault } from "../runtime/program/errors.ts";
import { connect, type Connection } from "../runtime/rpc/connect.ts";

/**
 * Returns where the dashboard of a folder takes calls: `unix:` and a path.
 *
 * @throws {Failure} If the folder of its socket is not this user's own.
 */
export async function collectorAddress(folder: string): Promise<string> {
  return `unix:${await socketPath(folder, COLLECTOR_SOCKET)}`;
}

/**
 * Asks for an address that lets in one browser, once.
 *
 * @param folder That of the dashboard.
 * @returns Undefined where no dashboard is there.
 * @throws {Fault} If there is one that does not answer.
 */
export async function invite(folder: string): Promise<string | undefined> {
  const connection = await reach(folder);
  if (!connection) return undefined;
  try {
    const { url } = await connection.unary(DashboardService.Invite, {});
    return url;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * Asks the dashboard of a folder to end, and returns once it will.
 *
 * @param address Where it takes calls. Whoever asks is sandboxed, and has no right
 * to find out.
 * @returns Its process id; undefined where no dashboard is there.
 */
export async function askToLeave(
  folder: string,
  address: string,
): Promise<number | undefined> {
  const connection = await reach(folder, address);
  if (!connection) return undefined;
  try {
    const { pid } = await connection.unary(DashboardService.Leave, {}, {
      deadlineMs: 2_000,
    });
    return pid;
  } catch (error) {
    if (error instanceof Fault) return undefined; // it is gone, or frozen
    throw error;
  }
}

/** Options for {@linkcode reportRun}. */
export interface ReportOptions {
  /** How often a dashboard is looked for, in milliseconds. @default {2_000} */
  everyMs?: number;
}

/**
 * Tells the dashboard of a folder of a run, while there is one: also one that
 * starts later, or comes back. Says nothing and holds up nobody.
 *
 * @param folder That of the dashboard.
 * @param watch Yields the snapshot of the run, and then what changes, until its
 * signal aborts. Called anew for each dashboard, and not before one is there.
 * @param signal Ends it.
 * @returns Once a dashboard has been told all to the end, or `signal` aborts.
 */
export async function reportRun(
  folder: string,
  watch: (signal: AbortSignal) => AsyncIterable<WatchUpdate>,
  signal: AbortSignal,
  { everyMs = 2_000 }: ReportOptions = {},
): Promise<void> {
  while (!signal.aborted) {
    try {
      const connection = await reach(folder);
      if (connection) return await tell(connection, watch, signal);
    } catch (error) {
      // No dashboard that can be told: the run goes on without.
      if (!(error instanceof Fault || error instanceof Failure)) throw error;
    }
    await pause(everyMs, signal);
  }
}

/** Sends each update once the one before was received. */
async function tell(
  connection: Connection,
  watch: (signal: AbortSignal) => AsyncIterable<WatchUpdate>,
  signal: AbortSignal,
): Promise<void> {
  using over = abortOnDispose();
  const stop = AbortSignal.any([signal, over.signal]);
  const { incoming, send, end } = connection.duplex(DashboardService.Report, {
    signal: stop,
  });
  for await (const update of watch(stop)) {
    send(update);
    const received = await incoming.next();
    if (received.done) throw new Fault("unavailable", "it has left");
  }
  end();
  for await (const _ of incoming); // until it has all of it
}

/** Connects to the dashboard of a folder; undefined where none is there. */
async function reach(
  folder: string,
  address?: string,
): Promise<Connection | undefined> {
  const token = await readToken(folder);
  if (token === undefined) return undefined;
  const at = address ?? await collectorAddress(folder);
  if (!await isThere(at.slice("unix:".length))) return undefined;
  return connect(at, { name: "the dashboard", token });
}

/** A dashboard that was killed has left its files. */
function isGone(error: unknown): boolean {
  return error instanceof Fault &&
    (error.code === "unavailable" || error.code === "unauthenticated");
}
