/**
 * The errors that mean something to whoever catches them.
 *
 * A {@linkcode Fault} crosses a process boundary, and callers decide by its
 * code; a {@linkcode UsageError} and a {@linkcode Failure} end a program with a
 * message. Anything else that is thrown is a defect. Knows nothing of gRPC:
 * status.ts turns a fault into a status and back.
 *
 * @module
 */

/** What kind of failure it is. A caller decides by this, never by the message. */
export type FaultCode =
  | "invalid" // the request can never succeed as written
  | "not_found"
  | "already_exists"
  | "unauthenticated" // who calls has not shown who it is
  | "permission_denied" // who calls is known, and may not
  | "failed_precondition" // not until something else has changed
  | "exhausted" // a limit has been reached
  | "aborted" // overtaken by another caller
  | "cancelled" // the caller went away
  | "unavailable" // worth another try
  | "timed_out"
  | "internal"; // a defect: the log of the process that failed says more

/**
 * A failure that a caller is expected to handle.
 *
 * @example
 * ```ts
 * import { Fault } from "denizen";
 *
 * function priceOf(item: string): number {
 *   if (item === "tea") return 3;
 *   throw new Fault("not_found", `Cannot price "${item}": it is not sold here`);
 * }
 *
 * try {
 *   priceOf("milk");
 * } catch (error) {
 *   if (!(error instanceof Fault) || error.code !== "not_found") throw error;
 * }
 * ```
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * The command line or the configuration is wrong; the message says what to do.
 *
 * @example
 * ```ts
 * import { UsageError } from "denizen";
 *
 * function requireEven(count: number): void {
 *   if (count % 2 === 0) return;
 *   throw new UsageError(`Cannot make pairs of ${count}: give an even number`);
 * }
 *
 * requireEven(2);
 * ```
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Returns the fault of a library whose options are wrong: where it ends a program,
 * that ends as with a {@linkcode UsageError}, since they come of its flags.
 */
export function wrongOption(message: string): Fault {
  return new Fault("invalid", message, { cause: new UsageError(message) });
}

/**
 * A failure that is told in one message; the process ends with `exitCode`.
 *
 * @example
 * ```ts
 * import { Failure } from "denizen";
 *
 * function requireRoom(freeBytes: number): void {
 *   if (freeBytes > 1_000) return;
 *   throw new Failure("Cannot go on: the disk is full", 75); // as EX_TEMPFAIL
 * }
 *
 * requireRoom(2_000);
 * ```
 */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
