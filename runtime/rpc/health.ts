/**
 * The standard health service, grpc.health.v1.
 *
 * The contract comes from the package grpc-health-check. The implementation
 * does not: the package's own reads a file of the package cache when it starts,
 * which a sandboxed service may not do. serve.ts adds this one to every server.
 *
 * @module
 */

import { defineMethod } from "../../proto/described.ts";
import { codecOf } from "../../proto/message_codec.ts";
import type { HealthDefinition } from "../../proto/types/grpc/health/v1/Health.ts";
import HEALTH_PROTO from "grpc-health-check/proto/health/v1/health.proto" with {
  type: "text",
};
import { aborted } from "../program/abort.ts";
import { Fault } from "../program/errors.ts";
import { createNotifier } from "../program/notifier.ts";
import {
  implement,
  type Implementation,
  serverStream,
  unary,
} from "./handlers.ts";
import {
  CHECK_REQUEST,
  CHECK_RESPONSE,
  LIST_REQUEST,
  LIST_RESPONSE,
} from "./health_messages.ts";

const FILES = [
  { path: "grpc/health/v1/health.proto", text: HEALTH_PROTO, named: true },
];

const check = {
  request: codecOf(CHECK_REQUEST),
  response: codecOf(CHECK_RESPONSE),
};
const list = {
  request: codecOf(LIST_REQUEST),
  response: codecOf(LIST_RESPONSE),
};

/** The service, for servers and for whoever probes them. */
export const HealthService = {
  Check: defineMethod(
    { path: "/grpc.health.v1.Health/Check", ...check, streams: "neither" },
    FILES,
  ),
  Watch: defineMethod(
    { path: "/grpc.health.v1.Health/Watch", ...check, streams: "server" },
    FILES,
  ),
  List: defineMethod(
    { path: "/grpc.health.v1.Health/List", ...list, streams: "neither" },
    FILES,
  ),
} as unknown as HealthDefinition;

/** How a server, or one of its services, is. */
export type Health = "SERVING" | "NOT_SERVING";

/** The health of one server and of each of its services. */
export interface HealthBook {
  implementation: Implementation;
  /** Sets the health of one service; "" stands for the whole server. */
  set(service: string, health: Health): void;
  /** Sets the health of everything. */
  setAll(health: Health): void;
}

/** Keeps the health of the named services; all begin as NOT_SERVING. */
export function createHealth(services: readonly string[]): HealthBook {
  const healthOf = new Map<string, Health>(
    ["", ...services].map((service) => [service, "NOT_SERVING"]),
  );
  const changed = createNotifier();

  return {
    set(service, health) {
      healthOf.set(service, health);
      changed.notify();
    },
    setAll(health) {
      for (const service of healthOf.keys()) healthOf.set(service, health);
      changed.notify();
    },
    implementation: implement(HealthService, {
      Check: unary(({ service }) => {
        const status = healthOf.get(service);
        if (status) return { status };
        throw new Fault(
          "not_found",
          `Cannot check service "${service}": this server has ${
            services.join(", ")
          }`,
        );
      }),
      List: unary(() => ({
        statuses: Object.fromEntries(
          [...healthOf].map(([service, status]) => [service, { status }]),
        ),
      })),
      Watch: serverStream(async function* ({ service }, { signal }) {
        const gone = aborted(signal);
        let last: string | undefined;
        for (;;) {
          const next = changed.next();
          const status = healthOf.get(service) ?? "SERVICE_UNKNOWN" as const;
          // Also when the server is stopping: NOT_SERVING is its last word.
          if (status !== last) yield { status };
          last = status;
          if (signal.aborted) return;
          await Promise.race([next, gone]);
        }
      }),
    }),
  };
}
