/**
 * The one mapping between faults and gRPC statuses.
 *
 * Handlers throw a {@linkcode Fault}. It leaves as a status and becomes a
 * `Fault` again in the caller, so a caller catches the same error whether the
 * service runs in its own process or behind a port. handlers.ts calls the one
 * mapping, connect.ts and message_stream.ts the other.
 *
 * @module
 */

import { type ServiceError, status, type StatusObject } from "@grpc/grpc-js";
import { Fault, type FaultCode } from "../program/errors.ts";

/** Each code beside its gRPC status; both directions are looked up here. */
const CODES: readonly (readonly [FaultCode, status])[] = [
  ["invalid", status.INVALID_ARGUMENT],
  ["not_found", status.NOT_FOUND],
  ["already_exists", status.ALREADY_EXISTS],
  ["unauthenticated", status.UNAUTHENTICATED],
  ["permission_denied", status.PERMISSION_DENIED],
  ["failed_precondition", status.FAILED_PRECONDITION],
  ["exhausted", status.RESOURCE_EXHAUSTED],
  ["aborted", status.ABORTED],
  ["cancelled", status.CANCELLED],
  ["unavailable", status.UNAVAILABLE],
  ["timed_out", status.DEADLINE_EXCEEDED],
  ["internal", status.INTERNAL],
];
const STATUS_OF = new Map(CODES);
const CODE_OF = new Map(CODES.map(([code, number]) => [number, code]));

/** Most characters of a message that leaves; the rest is cut. */
const MAX_DETAILS = 4_000;

/**
 * Turns what a handler threw into the status that its caller gets.
 *
 * @param error What was thrown. Anything but a {@linkcode Fault} leaves as
 * INTERNAL without detail; the server logs it.
 */
export function toStatus(
  error: unknown,
): Pick<StatusObject, "code" | "details"> {
  return error instanceof Fault
    ? {
      code: STATUS_OF.get(error.code) ?? status.INTERNAL,
      // A header takes no more, and no half of a surrogate pair.
      details: error.message.slice(0, MAX_DETAILS).toWellFormed(),
    }
    : { code: status.INTERNAL, details: "Internal error" };
}

/** How grpc-js begins the details of a call whose request cannot be encoded. */
export const NOT_ENCODED = "Request message serialization failure: ";

/** Turns a status that a message has carried into a {@linkcode Fault} again. */
export function faultOf(
  { code, message }: { code: number; message: string },
): Fault {
  return new Fault(CODE_OF.get(code) ?? "internal", message);
}

/**
 * Turns what a gRPC call failed with into a {@linkcode Fault}.
 *
 * @param error The error of the call.
 * @param peer Who was called, for the message of faults that gRPC itself
 * raised, for example "parse at 127.0.0.1:6002".
 */
export function toFault(error: unknown, peer: string): Fault {
  if (error instanceof Fault) return error;
  if (!isServiceError(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new Fault("internal", `Cannot call ${peer}: ${reason}`, {
      cause: error,
    });
  }
  if (error.details.startsWith(NOT_ENCODED)) {
    const reason = error.details.slice(NOT_ENCODED.length);
    return new Fault("invalid", `Cannot call ${peer}: ${reason}`, {
      cause: error,
    });
  }
  const code = isBrokenConnection(error)
    ? "unavailable"
    : CODE_OF.get(error.code) ?? "internal";
  // A server that gives up says itself what took too long.
  const message = code === "unavailable" ||
      (code === "timed_out" && error.details.startsWith("Deadline exceeded"))
    ? `Cannot reach ${peer}: ${withoutInternals(error.details)}`
    : error.details;
  return new Fault(code, message, { cause: error });
}

/**
 * True when the connection broke under the call while it was being written,
 * which grpc-js reports as INTERNAL for all but two of the system's errors.
 */
function isBrokenConnection({ code, details }: ServiceError): boolean {
  return code === status.INTERNAL &&
    details.includes("triggered by internal client error");
}

/**
 * True of a fault of a call whose connection broke while it was being written.
 * gRPC's own retries leave it out, since to them it is INTERNAL.
 */
export function isCutOff(error: unknown): boolean {
  const cause = error instanceof Fault ? error.cause : undefined;
  return isServiceError(cause) && isBrokenConnection(cause);
}

/** What it means that no reason is known, not even that nobody listens. */
const ENDED_AT_ONCE =
  "it has ended the connection as soon as it was made, as a server does that wants TLS or another certificate; its log may say more";

/** What grpc-js knows of a connection that another call has just tried in vain. */
const JUST_TRIED = "it could not be reached a moment ago";

/** How the system says that nobody listens at an address, or that there is none. */
const NOBODY =
  /a moment ago|\b(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOENT)\b|Name resolution failed/;

/**
 * True of a fault that says that nobody answers; false where somebody is there
 * and cannot be talked to.
 */
export function isNobodyThere({ code, message }: Fault): boolean {
  return code === "unavailable" && NOBODY.test(message);
}

/** Leaves out what grpc-js adds for those who debug grpc-js. */
function withoutInternals(details: string): string {
  return details
    .replace(/^(round_robin: |No connection established\. Last error: )+/, "")
    .replace(/^Error: /, "")
    .replace(/\.? Resolution note: .*$/s, "")
    .replace(/^null$/, JUST_TRIED)
    .replace(/^Failed to connect \(\S+\)$/, ENDED_AT_ONCE)
    .replace(/^(Deadline exceeded after [\d.]+s),.*$/s, "$1");
}

/** True of a fault that a server has answered with which lacks the method. */
export function isUnimplemented(error: unknown): boolean {
  const cause = error instanceof Fault ? error.cause : undefined;
  return (cause as ServiceError | undefined)?.code === status.UNIMPLEMENTED;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error &&
    typeof error.code === "number";
}
