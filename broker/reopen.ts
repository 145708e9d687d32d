/**
 * Keeps a stream to the broker open: opens it again whenever it ends.
 *
 * register_service.ts and watch_services.ts stand on it.
 *
 * @module
 */

import { after, pause } from "../runtime/program/abort.ts";
import { backoffMs } from "../runtime/program/backoff.ts";
import { Fault, type FaultCode } from "../runtime/program/errors.ts";

/** What comes of a stream that is opened again and again. */
export type Reopened<Message> =
  | { kind: "message"; message: Message }
  /**
   * The stream has ended, or could not be opened; each reason is told once until
   * it is back.
   */
  | { kind: "away"; fault: Fault };

/** The fault that another try does not mend. */
const FINAL: FaultCode = "invalid";

/**
 * How long a broker that is away is waited for before it is asked anew why, in
 * milliseconds: more than one takes to begin a stream.
 */
const LOOK_AGAIN_MS = 10_000;

/** How a stream is to be opened. */
export interface Opening {
  /** Waits for the broker instead of failing at once. */
  waitForReady: boolean;
  /** Gives a stream up that has not begun. */
  patience: AbortSignal;
}

/** Options for {@linkcode reopen}. */
export interface ReopenOptions {
  /** Time until it is looked whether the reason is another. @default {10000} */
  lookAgainMs?: number;
}

/**
 * Reads a stream to the broker for as long as `signal` allows.
 *
 * @param open Opens the stream; to be ended by it when `signal` aborts. The
 * first time after a break it waits for the broker instead of failing.
 * @param signal Ends the reading once the stream that is open has ended.
 * @throws {Fault} `invalid`, from the stream.
 */
export async function* reopen<Message>(
  open: (opening: Opening) => AsyncIterable<Message>,
  signal: AbortSignal,
  { lookAgainMs = LOOK_AGAIN_MS }: ReopenOptions = {},
): AsyncGenerator<Reopened<Message>> {
  let failures = 0;
  let isLook = false;
  const told = new Set<string>();
  while (!signal.aborted) {
    const patience = new AbortController();
    const waitForReady = failures > 0 && !isLook;
    const begun = waitForReady
      ? after(lookAgainMs, () => patience.abort())
      : () => {};
    isLook = false;
    let fault;
    try {
      const opening = { waitForReady, patience: patience.signal };
      for await (const message of open(opening)) {
        begun();
        failures = 0;
        told.clear();
        yield { kind: "message", message };
      }
      fault = new Fault("unavailable", "Cannot go on: the broker has stopped");
    } catch (error) {
      if (signal.aborted) return;
      if (patience.signal.aborted) {
        isLook = true;
        continue;
      }
      if (!(error instanceof Fault) || error.code === FINAL) throw error;
      fault = error;
    } finally {
      begun();
    }
    if (signal.aborted) return;
    const reason = reasonOf(fault);
    if (!told.has(reason)) yield { kind: "away", fault };
    told.add(reason);
    failures++;
    await pause(backoffMs(failures), signal);
  }
}

/**
 * What makes one fault the same as another: with TLS between them, a broker that
 * is there and cannot be talked to is another matter than one that is away.
 */
function reasonOf({ code, message }: Fault): string {
  if (code !== "unavailable") return code;
  return TLS_PROBLEM.exec(message)?.[0] ?? code;
}

/** How connection_problem.ts begins what it says of a peer. */
const TLS_PROBLEM =
  /it speaks no TLS|it does not accept|its certificate (is for|comes from|does not hold)|it has ended the connection (right after|as soon)/;
