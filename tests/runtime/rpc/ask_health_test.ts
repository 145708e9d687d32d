import { assertEquals } from "@std/assert";
import { Fault, type FaultCode } from "../../../runtime/program/errors.ts";
import { askHealth } from "../../../runtime/rpc/ask_health.ts";
import type { Connection } from "../../../runtime/rpc/connect.ts";

/** A connection that gives this answer, or fails so. */
function answering(answer: { status: string } | Error) {
  const unary = () =>
    answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  return { unary } as unknown as Pick<Connection, "unary">;
}

Deno.test("askHealth() tells what does not serve, does not answer and is not there", async () => {
  const statuses = ["SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
  const codes: FaultCode[] = [
    "timed_out",
    "cancelled",
    "unavailable",
    "not_found",
    "internal",
  ];
  const answers = [
    ...statuses.map((status) => ({ status })),
    ...codes.map((code) => new Fault(code, "no")),
  ];

  const kinds = await Promise.all(
    answers.map(async (answer) =>
      (await askHealth(answering(answer), { deadlineMs: 1 })).kind
    ),
  );

  assertEquals(kinds, [
    "serving",
    "not_serving",
    "not_serving",
    "silent",
    "silent",
    "absent",
    "no_health",
    "no_health",
  ]);
});
