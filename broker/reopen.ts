/**
 * Keeps a stream to the broker open: opens it again whenever it ends.
 *
 * register_service.ts and watch_services.ts stand on it.
 *
 * @module
 */

import { pause } from "../runtime/program/abort.ts";
import { backoffMs } from "../runtime/program/backoff.ts";
import { Fault, type FaultCode } from "../runtime/program/errors.ts";

/** What comes of a stream that is opened again and again. */
export type Reopened<Message> =
  | { kind: "message"; message: Message }
  /**
   * The stream has ended, or could not be opened; told once until it is back,
   * and again when the reason is another.
   */
  | { kind: "away"; fault: Fault };

/** The fault that another try does not mend. */
const FINAL: FaultCode = "invalid";

/**
 * Reads a stream to the broker for as long as `signal` allows.
 *
 * @param open Opens the stream; to be ended by it when `signal` aborts. The
 * first time after a break it waits for the broker instead of failing.
 * @param signal Ends the reading once the stream that is open has ended.
 * @throws {Fault} `invalid`, from the stream.
 */
export async function* reopen<Message>(
  open: (options: { waitForReady: boolean }) => AsyncIterable<Message>,
  signal: AbortSignal,
): AsyncGenerator<Reopened<Message>> {
  let failures = 0;
  let told: FaultCode | undefined;
  while (!signal.aborted) {
    let fault;
    try {
      const waitForReady = failures > 0;
      for await (const message of open({ waitForReady })) {
        failures = 0;
        told = undefined;
        yield { kind: "message", message };
      }
      fault = new Fault("unavailable", "Cannot go on: the broker has stopped");
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Fault) || error.code === FINAL) throw error;
      fault = error;
    }
    if (signal.aborted) return;
    if (told !== fault.code) yield { kind: "away", fault };
    told = fault.code;
    failures++;
    await pause(backoffMs(failures), signal);
  }
}
