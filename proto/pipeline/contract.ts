/**
 * The services of the stages, with coders that are there with the program: fast
 * ones for the messages that carry data, tables for the others.
 *
 * @module
 */

import type { MethodDefinition } from "@grpc/proto-loader";
import { type ContractFile, defineMethod } from "../described.ts";
import { type Codec, codecOf } from "../message_codec.ts";
import type { IngestServiceDefinition } from "../types/pipeline/v1/IngestService.ts";
import type { Receipt, Receipt__Output } from "../types/pipeline/v1/Receipt.ts";
import type { StageMonitorServiceDefinition } from "../types/pipeline/v1/StageMonitorService.ts";
import type { SinkServiceDefinition } from "../types/pipeline/v1/SinkService.ts";
import type { EventBatch, RawBatch } from "./batches.ts";
import {
  decodeEventBatch,
  decodeRawBatch,
  encodeEventBatch,
  encodeRawBatch,
} from "./codec.ts";
import {
  FINISH_REQUEST,
  FINISH_RESPONSE,
  LOOK_REQUEST,
  RECEIPT,
  RESULT_BATCH,
  RUN_REQUEST,
  RUN_UPDATE,
  STAGE_LOOK,
} from "./messages.ts";
import PIPELINE_PROTO from "./v1/pipeline.proto" with { type: "text" };
import RUN_PROTO from "./v1/run.proto" with { type: "text" };

/** A method between two stages: batches to the right, receipts to the left. */
export type HopMethod<Sent, Received = Sent> = MethodDefinition<
  Sent,
  Receipt,
  Received,
  Receipt__Output
>;

const FILES: readonly ContractFile[] = [
  { path: "pipeline/v1/pipeline.proto", text: PIPELINE_PROTO, named: true },
];

const RUN_FILES: readonly ContractFile[] = [
  ...FILES,
  { path: "pipeline/v1/run.proto", text: RUN_PROTO, named: true },
];

const receipt = codecOf(RECEIPT);

function hop<Method>(path: string, request: Codec): Method {
  return defineMethod(
    { path, request, response: receipt, streams: "both" },
    FILES,
  ) as Method;
}

const rawBatch = { encode: encodeRawBatch, decode: decodeRawBatch } as Codec;
const eventBatch = {
  encode: encodeEventBatch,
  decode: decodeEventBatch,
} as Codec;

export const IngestService = {
  Run: defineMethod({
    path: "/pipeline.v1.IngestService/Run",
    request: codecOf(RUN_REQUEST),
    response: codecOf(RUN_UPDATE),
    streams: "server",
  }, FILES),
  Finish: defineMethod({
    path: "/pipeline.v1.IngestService/Finish",
    request: codecOf(FINISH_REQUEST),
    response: codecOf(FINISH_RESPONSE),
    streams: "neither",
  }, FILES),
} as unknown as IngestServiceDefinition;

export const ParseService = {
  Parse: hop<HopMethod<RawBatch>>("/pipeline.v1.ParseService/Parse", rawBatch),
};

export const RulesService = {
  Apply: hop<HopMethod<EventBatch>>(
    "/pipeline.v1.RulesService/Apply",
    eventBatch,
  ),
};

export const AggregateService = {
  Aggregate: hop<HopMethod<EventBatch>>(
    "/pipeline.v1.AggregateService/Aggregate",
    eventBatch,
  ),
};

export const SinkService = {
  Write: hop<SinkServiceDefinition["Write"]>(
    "/pipeline.v1.SinkService/Write",
    codecOf(RESULT_BATCH),
  ),
} as unknown as SinkServiceDefinition;

export const StageMonitorService = {
  Look: defineMethod({
    path: "/pipeline.v1.StageMonitorService/Look",
    request: codecOf(LOOK_REQUEST),
    response: codecOf(STAGE_LOOK),
    streams: "neither",
  }, RUN_FILES),
} as unknown as StageMonitorServiceDefinition;
