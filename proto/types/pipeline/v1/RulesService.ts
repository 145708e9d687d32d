// Original file: pipeline/v1/pipeline.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { EventBatch as _pipeline_v1_EventBatch, EventBatch__Output as _pipeline_v1_EventBatch__Output } from '../../pipeline/v1/EventBatch.ts';
import type { Receipt as _pipeline_v1_Receipt, Receipt__Output as _pipeline_v1_Receipt__Output } from '../../pipeline/v1/Receipt.ts';

/**
 * Drops and tags events.
 */
export interface RulesServiceClient extends grpc.Client {
  Apply(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_EventBatch, _pipeline_v1_Receipt__Output>;
  Apply(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_EventBatch, _pipeline_v1_Receipt__Output>;
  apply(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_EventBatch, _pipeline_v1_Receipt__Output>;
  apply(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_EventBatch, _pipeline_v1_Receipt__Output>;
  
}

/**
 * Drops and tags events.
 */
export interface RulesServiceHandlers extends grpc.UntypedServiceImplementation {
  Apply: grpc.handleBidiStreamingCall<_pipeline_v1_EventBatch__Output, _pipeline_v1_Receipt>;
  
}

export interface RulesServiceDefinition extends grpc.ServiceDefinition {
  Apply: MethodDefinition<_pipeline_v1_EventBatch, _pipeline_v1_Receipt, _pipeline_v1_EventBatch__Output, _pipeline_v1_Receipt__Output>
}
