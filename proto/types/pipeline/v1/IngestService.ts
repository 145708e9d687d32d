// Original file: pipeline/v1/pipeline.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { RunRequest as _pipeline_v1_RunRequest, RunRequest__Output as _pipeline_v1_RunRequest__Output } from '../../pipeline/v1/RunRequest.ts';
import type { RunUpdate as _pipeline_v1_RunUpdate, RunUpdate__Output as _pipeline_v1_RunUpdate__Output } from '../../pipeline/v1/RunUpdate.ts';

/**
 * Reads the input and drives the run. The orchestrator calls only this.
 */
export interface IngestServiceClient extends grpc.Client {
  /**
   * Runs the pipeline once. Ends after the update that holds Finished.
   */
  Run(argument: _pipeline_v1_RunRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_pipeline_v1_RunUpdate__Output>;
  Run(argument: _pipeline_v1_RunRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_pipeline_v1_RunUpdate__Output>;
  /**
   * Runs the pipeline once. Ends after the update that holds Finished.
   */
  run(argument: _pipeline_v1_RunRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_pipeline_v1_RunUpdate__Output>;
  run(argument: _pipeline_v1_RunRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_pipeline_v1_RunUpdate__Output>;
  
}

/**
 * Reads the input and drives the run. The orchestrator calls only this.
 */
export interface IngestServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Runs the pipeline once. Ends after the update that holds Finished.
   */
  Run: grpc.handleServerStreamingCall<_pipeline_v1_RunRequest__Output, _pipeline_v1_RunUpdate>;
  
}

export interface IngestServiceDefinition extends grpc.ServiceDefinition {
  Run: MethodDefinition<_pipeline_v1_RunRequest, _pipeline_v1_RunUpdate, _pipeline_v1_RunRequest__Output, _pipeline_v1_RunUpdate__Output>
}
