/**
 * Has services read their certificates again once the files are new: at each
 * reload, by SIGHUP, as somebody would by hand.
 *
 * Only those are told whose files have changed since they began or were last told.
 * A program that does not know the signal ends of it, and its next process has the
 * new files as well.
 *
 * @module
 */

import { ifThereNow } from "../../runtime/files/optional_file.ts";
import { reloadAll } from "../../runtime/rpc/tls/own_identity.ts";
import type { InUse } from "../service/process_run.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import type { State } from "../service/state.ts";

/** What is used of a service. */
export interface Renewable extends Pick<ServiceLoop, "addNote"> {
  readonly inUse: Pick<InUse, "spec"> | undefined;
  readonly state: State;
}

/** What renewing takes; a test passes its own. */
export interface RenewalContext {
  /** Sends SIGHUP to a process. */
  tell?: (pid: number) => void;
  /** When a file was written, in milliseconds since 1970. */
  writtenMs?: (file: string) => number;
  now?: () => number;
}

/**
 * Makes what is called at each reload.
 *
 * @returns Tells services and the supervisor's own checks.
 */
export function createCertificateRenewal(
  { active }: { active(): readonly Renewable[] },
  { tell = sendHangup, writtenMs = modified, now = Date.now }: RenewalContext =
    {},
): () => void {
  /** When each process was last told. */
  const told = new Map<number, number>();
  return () => {
    reloadAll({ onlyNews: true });
    const alive = new Set<number>();
    for (const { state, inUse, addNote } of active()) {
      const files = Object.values(inUse?.spec.tls ?? {});
      if (files.length === 0 || !isUp(state)) continue;
      alive.add(state.pid);
      const since = told.get(state.pid) ??
        performance.timeOrigin + state.startedAtMs;
      if (!files.some((file) => writtenMs(file) > since)) continue;
      told.set(state.pid, now());
      tell(state.pid);
      addNote("is told by SIGHUP to read its certificate again: it is new");
    }
    for (const pid of told.keys()) if (!alive.has(pid)) told.delete(pid);
  };
}

/** True of one that has come up: before that a program may not listen yet. */
function isUp(state: State): state is Extract<State, { pid: number }> {
  switch (state.status) {
    case "running":
    case "healthy":
    case "unhealthy":
      return true;
    default:
      return false;
  }
}

function sendHangup(pid: number): void {
  try {
    Deno.kill(pid, "SIGHUP");
  } catch (error) {
    // It has ended meanwhile: the next one reads its files anyway.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function modified(file: string): number {
  return ifThereNow(() => Deno.statSync(file).mtime)?.getTime() ?? 0;
}
