// Original file: pipeline/v1/pipeline.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { RawBatch as _pipeline_v1_RawBatch, RawBatch__Output as _pipeline_v1_RawBatch__Output } from '../../pipeline/v1/RawBatch.ts';
import type { Receipt as _pipeline_v1_Receipt, Receipt__Output as _pipeline_v1_Receipt__Output } from '../../pipeline/v1/Receipt.ts';

/**
 * Turns lines into events.
 */
export interface ParseServiceClient extends grpc.Client {
  Parse(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_RawBatch, _pipeline_v1_Receipt__Output>;
  Parse(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_RawBatch, _pipeline_v1_Receipt__Output>;
  parse(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_RawBatch, _pipeline_v1_Receipt__Output>;
  parse(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_RawBatch, _pipeline_v1_Receipt__Output>;
  
}

/**
 * Turns lines into events.
 */
export interface ParseServiceHandlers extends grpc.UntypedServiceImplementation {
  Parse: grpc.handleBidiStreamingCall<_pipeline_v1_RawBatch__Output, _pipeline_v1_Receipt>;
  
}

export interface ParseServiceDefinition extends grpc.ServiceDefinition {
  Parse: MethodDefinition<_pipeline_v1_RawBatch, _pipeline_v1_Receipt, _pipeline_v1_RawBatch__Output, _pipeline_v1_Receipt__Output>
}
