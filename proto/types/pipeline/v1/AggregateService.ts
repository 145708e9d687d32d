// Original file: pipeline/v1/pipeline.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { EventBatch as _pipeline_v1_EventBatch, EventBatch__Output as _pipeline_v1_EventBatch__Output } from '../../pipeline/v1/EventBatch.ts';
import type { Receipt as _pipeline_v1_Receipt, Receipt__Output as _pipeline_v1_Receipt__Output } from '../../pipeline/v1/Receipt.ts';

/**
 * Counts and sums events by key. The only stage that holds state.
 */
export interface AggregateServiceClient extends grpc.Client {
  Aggregate(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_EventBatch, _pipeline_v1_Receipt__Output>;
  Aggregate(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_EventBatch, _pipeline_v1_Receipt__Output>;
  aggregate(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_EventBatch, _pipeline_v1_Receipt__Output>;
  aggregate(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_EventBatch, _pipeline_v1_Receipt__Output>;
  
}

/**
 * Counts and sums events by key. The only stage that holds state.
 */
export interface AggregateServiceHandlers extends grpc.UntypedServiceImplementation {
  Aggregate: grpc.handleBidiStreamingCall<_pipeline_v1_EventBatch__Output, _pipeline_v1_Receipt>;
  
}

export interface AggregateServiceDefinition extends grpc.ServiceDefinition {
  Aggregate: MethodDefinition<_pipeline_v1_EventBatch, _pipeline_v1_Receipt, _pipeline_v1_EventBatch__Output, _pipeline_v1_Receipt__Output>
}
