/**
 * The broker's service.
 *
 * @module
 */

import { loadContract } from "../contract.ts";
import type { BrokerServiceDefinition } from "../types/broker/v1/BrokerService.ts";
import BROKER_PROTO from "./v1/broker.proto" with { type: "text" };

/** The version of the contract that this program speaks. */
export const BROKER_PROTOCOL = 1;

/** The service's full name. */
export const BROKER_SERVICE = "broker.v1.BrokerService";

export const BrokerService = loadContract({
  "broker/v1/broker.proto": BROKER_PROTO,
})[
  BROKER_SERVICE
] as unknown as BrokerServiceDefinition;
