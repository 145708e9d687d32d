import { assertEquals, assertStrictEquals } from "@std/assert";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { Fault, type FaultCode } from "../../../runtime/program/errors.ts";
import { toFault, toStatus } from "../../../runtime/rpc/status.ts";

const CODES: FaultCode[] = [
  "invalid",
  "not_found",
  "already_exists",
  "failed_precondition",
  "exhausted",
  "aborted",
  "cancelled",
  "internal",
];

for (const code of CODES) {
  Deno.test(`toStatus() and toFault() carry "${code}" and its message`, () => {
    const { code: number, details } = toStatus(new Fault(code, "Cannot x"));
    const fault = toFault(serviceError(number, details), "parse");

    assertEquals([fault.code, fault.message], [code, "Cannot x"]);
  });
}

Deno.test("toFault() names the peer that is out of reach", () => {
  const faults = [
    serviceError(
      status.UNAVAILABLE,
      "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ",
    ),
    serviceError(
      status.UNAVAILABLE,
      "round_robin: No connection established. Last error: No connection established. Last error: Error: its certificate is old",
    ),
    serviceError(
      status.UNAVAILABLE,
      "No connection established. Last error: Failed to connect (2026-01-01T00:00:00.000Z)",
    ),
    serviceError(status.UNAVAILABLE, "Connection dropped"),
    serviceError(
      status.DEADLINE_EXCEEDED,
      "Deadline exceeded after 0.051s,LB pick: 0.002s,remote_addr=127.0.0.1:1",
    ),
  ].map((error) => toFault(error, "parse at 127.0.0.1:1"));

  assertEquals(faults.map(({ code, message }) => [code, message]), [
    [
      "unavailable",
      "Cannot reach parse at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
    ],
    [
      "unavailable",
      "Cannot reach parse at 127.0.0.1:1: its certificate is old",
    ],
    [
      "unavailable",
      "Cannot reach parse at 127.0.0.1:1: it has ended the connection as soon as it was made, as a server does that wants TLS or another certificate; its log may say more",
    ],
    ["unavailable", "Cannot reach parse at 127.0.0.1:1: Connection dropped"],
    [
      "timed_out",
      "Cannot reach parse at 127.0.0.1:1: Deadline exceeded after 0.051s",
    ],
  ]);
});

Deno.test("toFault() turns a status that is none of ours into internal", () => {
  const fault = toFault(serviceError(status.DATA_LOSS, "lost"), "parse");

  assertEquals([fault.code, fault.message], ["internal", "lost"]);
});

Deno.test("toFault() turns any other error into internal, with its cause", () => {
  const error = new RangeError("index out of range");
  const fault = toFault(error, "parse");

  assertEquals(fault.code, "internal");
  assertEquals(fault.message, "Cannot call parse: index out of range");
  assertStrictEquals(fault.cause, error);
});

Deno.test("toFault() returns a Fault as it is", () => {
  const fault = new Fault("aborted", "Cannot x");

  assertStrictEquals(toFault(fault, "parse"), fault);
});

Deno.test("toStatus() says nothing of an error that is not a Fault", () => {
  assertEquals(toStatus(new TypeError("secret")), {
    code: status.INTERNAL,
    details: "Internal error",
  });
});

Deno.test("toStatus() cuts what a header cannot take", () => {
  const { details } = toStatus(new Fault("invalid", "x".repeat(100_000)));
  const { details: wellFormed } = toStatus(new Fault("invalid", "a\ud800"));

  assertEquals(details.length, 4_000);
  assertEquals(wellFormed, "a\ufffd");
});

function serviceError(code: status, details: string): ServiceError {
  return Object.assign(new Error(`${code} ${details}`), {
    code,
    details,
    metadata: new Metadata(),
  });
}
