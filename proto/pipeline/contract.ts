/**
 * The five services of the pipeline, with the fast coders for the messages
 * that carry data.
 *
 * @module
 */

import type { MethodDefinition, ServiceDefinition } from "@grpc/proto-loader";
import { loadContract } from "../contract.ts";
import type { IngestServiceDefinition } from "../types/pipeline/v1/IngestService.ts";
import type { Receipt, Receipt__Output } from "../types/pipeline/v1/Receipt.ts";
import type { SinkServiceDefinition } from "../types/pipeline/v1/SinkService.ts";
import type { EventBatch, RawBatch } from "./batches.ts";
import {
  decodeEventBatch,
  decodeRawBatch,
  encodeEventBatch,
  encodeRawBatch,
} from "./codec.ts";
import PIPELINE_PROTO from "./v1/pipeline.proto" with { type: "text" };

/** A method between two stages: batches to the right, receipts to the left. */
export type HopMethod<Sent, Received = Sent> = MethodDefinition<
  Sent,
  Receipt,
  Received,
  Receipt__Output
>;

const contract = loadContract({ "pipeline/v1/pipeline.proto": PIPELINE_PROTO });

function service(name: string): ServiceDefinition {
  return contract[`pipeline.v1.${name}`] as ServiceDefinition;
}

export const IngestService = service(
  "IngestService",
) as unknown as IngestServiceDefinition;

export const ParseService = {
  Parse: {
    ...service("ParseService")["Parse"],
    requestSerialize: encodeRawBatch,
    requestDeserialize: decodeRawBatch,
  } as unknown as HopMethod<RawBatch>,
};

export const RulesService = {
  Apply: {
    ...service("RulesService")["Apply"],
    requestSerialize: encodeEventBatch,
    requestDeserialize: decodeEventBatch,
  } as unknown as HopMethod<EventBatch>,
};

export const AggregateService = {
  Aggregate: {
    ...service("AggregateService")["Aggregate"],
    requestSerialize: encodeEventBatch,
    requestDeserialize: decodeEventBatch,
  } as unknown as HopMethod<EventBatch>,
};

export const SinkService = service(
  "SinkService",
) as unknown as SinkServiceDefinition;
