/**
 * How long a call takes that does nothing, by grpc-js alone on both sides: every
 * other call of ours takes that, and what it does besides.
 *
 * @module
 */

import { Client, credentials } from "@grpc/grpc-js";
import { Buffer } from "node:buffer";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import { IN_FLIGHT } from "../time_calls.ts";
import { startServer } from "./broker_under_test.ts";
import { timeCalls } from "./calls.ts";
import type { Figures } from "./figures.ts";

const NOTHING = Buffer.alloc(0);

/** Calls one after the other, then many at a time. */
export async function measureEmptyCalls(
  guardian: Guardian,
  { resolves, inFlightResolves }: {
    resolves: number;
    inFlightResolves: number;
  },
): Promise<Pick<Figures, "empty" | "empty64">> {
  log(
    `Calling grpc-js alone ${resolves} times in sequence, ${inFlightResolves} times with ${IN_FLIGHT} in flight`,
  );
  await using server = await startServer(
    guardian,
    "bench/empty_call_server.ts",
  );
  const client = new Client(server.address, credentials.createInsecure());
  const asItIs = (bytes: Buffer) => bytes;
  const call = () =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        "/bench.v1.EmptyService/Call",
        asItIs,
        asItIs,
        NOTHING,
        (error, nothing) => error ? reject(error) : resolve(nothing),
      );
    });
  const { inSequence, inFlight } = await timeCalls(call, {
    inSequence: resolves,
    inFlight: inFlightResolves,
  });
  client.close();
  return { empty: inSequence, empty64: inFlight };
}
