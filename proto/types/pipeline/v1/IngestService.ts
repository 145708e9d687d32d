// Original file: pipeline/v1/pipeline.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { FinishRequest as _pipeline_v1_FinishRequest, FinishRequest__Output as _pipeline_v1_FinishRequest__Output } from '../../pipeline/v1/FinishRequest.ts';
import type { FinishResponse as _pipeline_v1_FinishResponse, FinishResponse__Output as _pipeline_v1_FinishResponse__Output } from '../../pipeline/v1/FinishResponse.ts';
import type { RunRequest as _pipeline_v1_RunRequest, RunRequest__Output as _pipeline_v1_RunRequest__Output } from '../../pipeline/v1/RunRequest.ts';
import type { RunUpdate as _pipeline_v1_RunUpdate, RunUpdate__Output as _pipeline_v1_RunUpdate__Output } from '../../pipeline/v1/RunUpdate.ts';

/**
 * Reads the input and drives the run. The orchestrator calls only this.
 */
export interface IngestServiceClient extends grpc.Client {
  /**
   * Ends the input of a run where it has been read to: no more is read, and all
   * that was read goes through. Run then ends as at the end of the input.
   */
  Finish(argument: _pipeline_v1_FinishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _pipeline_v1_FinishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_pipeline_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _pipeline_v1_FinishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _pipeline_v1_FinishRequest, callback: grpc.requestCallback<_pipeline_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ends the input of a run where it has been read to: no more is read, and all
   * that was read goes through. Run then ends as at the end of the input.
   */
  finish(argument: _pipeline_v1_FinishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _pipeline_v1_FinishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_pipeline_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _pipeline_v1_FinishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _pipeline_v1_FinishRequest, callback: grpc.requestCallback<_pipeline_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  
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
   * Ends the input of a run where it has been read to: no more is read, and all
   * that was read goes through. Run then ends as at the end of the input.
   */
  Finish: grpc.handleUnaryCall<_pipeline_v1_FinishRequest__Output, _pipeline_v1_FinishResponse>;
  
  /**
   * Runs the pipeline once. Ends after the update that holds Finished.
   */
  Run: grpc.handleServerStreamingCall<_pipeline_v1_RunRequest__Output, _pipeline_v1_RunUpdate>;
  
}

export interface IngestServiceDefinition extends grpc.ServiceDefinition {
  Finish: MethodDefinition<_pipeline_v1_FinishRequest, _pipeline_v1_FinishResponse, _pipeline_v1_FinishRequest__Output, _pipeline_v1_FinishResponse__Output>
  Run: MethodDefinition<_pipeline_v1_RunRequest, _pipeline_v1_RunUpdate, _pipeline_v1_RunRequest__Output, _pipeline_v1_RunUpdate__Output>
}
