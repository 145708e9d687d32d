/**
 * The messages of grpc.health.v1 as tables. A test holds them against the
 * contract.
 *
 * @module
 */

import { mapOf, message, one } from "../../proto/message_codec.ts";

/** What of the server is asked for. */
export const CHECK_REQUEST = message("grpc.health.v1.HealthCheckRequest", {
  service: one(1, "string"),
});

/** How it is. */
export const CHECK_RESPONSE = message("grpc.health.v1.HealthCheckResponse", {
  status: one(1, ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"]),
});

/** Asks for everything. */
export const LIST_REQUEST = message("grpc.health.v1.HealthListRequest", {});

/** How everything is. */
export const LIST_RESPONSE = message("grpc.health.v1.HealthListResponse", {
  statuses: mapOf(1, CHECK_RESPONSE),
});
