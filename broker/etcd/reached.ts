/**
 * Keeps in touch with an etcd: goes from member to member until one answers, and
 * tells in a line each when none does, and when one does again.
 *
 * @module
 */

import { abortOnDispose, pause } from "../../runtime/program/abort.ts";
import { backoffMs } from "../../runtime/program/backoff.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { logDefect } from "../../runtime/program/log.ts";
import type { Member } from "./member.ts";

/** Longest wait between two rounds of questions, in milliseconds. */
const MAX_BACKOFF_MS = 2_000;

/** Options for {@linkcode stayInTouch}. */
export interface TouchOptions {
  members: readonly Member[];
  signal: AbortSignal;
  /**
   * Works with a member until it fails, and then throws a `Fault`. Where it
   * returns it is called again at once, with the same one.
   *
   * @param signal Aborts when this is over, for whatever it has opened.
   * @param reached To be called once it has answered.
   */
  work(member: Member, signal: AbortSignal, reached: () => void): Promise<void>;
  /** Told, in a line each, what becomes of the connection. */
  report: (line: string) => void;
  /** What goes on while no member answers, as the end of a line. */
  meanwhile: () => string;
}

/** Works with one member after the other for as long as `signal` allows. */
export async function stayInTouch(
  { members, signal, work, report, meanwhile }: TouchOptions,
): Promise<void> {
  let at = 0;
  // In a row, over all members.
  let failures = 0;
  let isAway = false;
  let left: string | undefined;
  while (!signal.aborted) {
    using attempt = abortOnDispose();
    const member = members[at]!;
    try {
      await work(member, AbortSignal.any([signal, attempt.signal]), () => {
        failures = 0;
        if (isAway) report(`etcd is back at ${member.address}`);
        else if (left) report(`${left}; going on with ${member.address}`);
        isAway = false;
        left = undefined;
      });
    } catch (error) {
      if (signal.aborted) return;
      const reason = reasonOf(error);
      failures++;
      at = (at + 1) % members.length;
      if (failures >= members.length && !isAway) {
        isAway = true;
        report(`${reason}; ${meanwhile()}`);
      }
      if (!isAway) left = reason;
    }
    // The others are asked at once, and then all of them now and then.
    if (failures >= members.length) {
      const rounds = Math.ceil(failures / members.length);
      await pause(backoffMs(rounds, { maxMs: MAX_BACKOFF_MS }), signal);
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Fault) return error.message;
  logDefect("keeping the registry in etcd", error);
  return "Cannot keep the registry in etcd";
}
