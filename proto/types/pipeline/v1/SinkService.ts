// Original file: pipeline/v1/pipeline.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Receipt as _pipeline_v1_Receipt, Receipt__Output as _pipeline_v1_Receipt__Output } from '../../pipeline/v1/Receipt.ts';
import type { ResultBatch as _pipeline_v1_ResultBatch, ResultBatch__Output as _pipeline_v1_ResultBatch__Output } from '../../pipeline/v1/ResultBatch.ts';

/**
 * Writes the results and the rejects to files.
 */
export interface SinkServiceClient extends grpc.Client {
  Write(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_ResultBatch, _pipeline_v1_Receipt__Output>;
  Write(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_ResultBatch, _pipeline_v1_Receipt__Output>;
  write(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_ResultBatch, _pipeline_v1_Receipt__Output>;
  write(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_ResultBatch, _pipeline_v1_Receipt__Output>;
  
}

/**
 * Writes the results and the rejects to files.
 */
export interface SinkServiceHandlers extends grpc.UntypedServiceImplementation {
  Write: grpc.handleBidiStreamingCall<_pipeline_v1_ResultBatch__Output, _pipeline_v1_Receipt>;
  
}

export interface SinkServiceDefinition extends grpc.ServiceDefinition {
  Write: MethodDefinition<_pipeline_v1_ResultBatch, _pipeline_v1_Receipt, _pipeline_v1_ResultBatch__Output, _pipeline_v1_Receipt__Output>
}
