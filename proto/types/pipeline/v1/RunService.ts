// Original file: pipeline/v1/run.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { StopRequest as _pipeline_v1_StopRequest, StopRequest__Output as _pipeline_v1_StopRequest__Output } from '../../pipeline/v1/StopRequest.ts';
import type { StopResponse as _pipeline_v1_StopResponse, StopResponse__Output as _pipeline_v1_StopResponse__Output } from '../../pipeline/v1/StopResponse.ts';
import type { SwapRequest as _pipeline_v1_SwapRequest, SwapRequest__Output as _pipeline_v1_SwapRequest__Output } from '../../pipeline/v1/SwapRequest.ts';
import type { SwapResponse as _pipeline_v1_SwapResponse, SwapResponse__Output as _pipeline_v1_SwapResponse__Output } from '../../pipeline/v1/SwapResponse.ts';
import type { WatchRequest as _pipeline_v1_WatchRequest, WatchRequest__Output as _pipeline_v1_WatchRequest__Output } from '../../pipeline/v1/WatchRequest.ts';
import type { WatchUpdate as _pipeline_v1_WatchUpdate, WatchUpdate__Output as _pipeline_v1_WatchUpdate__Output } from '../../pipeline/v1/WatchUpdate.ts';

/**
 * Watches one run, and changes how it goes on.
 */
export interface RunServiceClient extends grpc.Client {
  /**
   * Ends the run as the first Ctrl-C does. Answers before it has ended.
   */
  Stop(argument: _pipeline_v1_StopRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_StopResponse__Output>): grpc.ClientUnaryCall;
  Stop(argument: _pipeline_v1_StopRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_pipeline_v1_StopResponse__Output>): grpc.ClientUnaryCall;
  Stop(argument: _pipeline_v1_StopRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_StopResponse__Output>): grpc.ClientUnaryCall;
  Stop(argument: _pipeline_v1_StopRequest, callback: grpc.requestCallback<_pipeline_v1_StopResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ends the run as the first Ctrl-C does. Answers before it has ended.
   */
  stop(argument: _pipeline_v1_StopRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_StopResponse__Output>): grpc.ClientUnaryCall;
  stop(argument: _pipeline_v1_StopRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_pipeline_v1_StopResponse__Output>): grpc.ClientUnaryCall;
  stop(argument: _pipeline_v1_StopRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_StopResponse__Output>): grpc.ClientUnaryCall;
  stop(argument: _pipeline_v1_StopRequest, callback: grpc.requestCallback<_pipeline_v1_StopResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Exchanges the processes of a stage. Answers when the run goes on with the
   * new ones. INVALID_ARGUMENT if there is no such stage or variant,
   * FAILED_PRECONDITION if it cannot be; the run goes on as it was then.
   */
  Swap(argument: _pipeline_v1_SwapRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_SwapResponse__Output>): grpc.ClientUnaryCall;
  Swap(argument: _pipeline_v1_SwapRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_pipeline_v1_SwapResponse__Output>): grpc.ClientUnaryCall;
  Swap(argument: _pipeline_v1_SwapRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_SwapResponse__Output>): grpc.ClientUnaryCall;
  Swap(argument: _pipeline_v1_SwapRequest, callback: grpc.requestCallback<_pipeline_v1_SwapResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Exchanges the processes of a stage. Answers when the run goes on with the
   * new ones. INVALID_ARGUMENT if there is no such stage or variant,
   * FAILED_PRECONDITION if it cannot be; the run goes on as it was then.
   */
  swap(argument: _pipeline_v1_SwapRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_SwapResponse__Output>): grpc.ClientUnaryCall;
  swap(argument: _pipeline_v1_SwapRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_pipeline_v1_SwapResponse__Output>): grpc.ClientUnaryCall;
  swap(argument: _pipeline_v1_SwapRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_SwapResponse__Output>): grpc.ClientUnaryCall;
  swap(argument: _pipeline_v1_SwapRequest, callback: grpc.requestCallback<_pipeline_v1_SwapResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Says how the run is, and then what changes, until it is over. A reader that
   * is slow gets what is newest, and not all that was in between.
   */
  Watch(argument: _pipeline_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_pipeline_v1_WatchUpdate__Output>;
  Watch(argument: _pipeline_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_pipeline_v1_WatchUpdate__Output>;
  /**
   * Says how the run is, and then what changes, until it is over. A reader that
   * is slow gets what is newest, and not all that was in between.
   */
  watch(argument: _pipeline_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_pipeline_v1_WatchUpdate__Output>;
  watch(argument: _pipeline_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_pipeline_v1_WatchUpdate__Output>;
  
}

/**
 * Watches one run, and changes how it goes on.
 */
export interface RunServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Ends the run as the first Ctrl-C does. Answers before it has ended.
   */
  Stop: grpc.handleUnaryCall<_pipeline_v1_StopRequest__Output, _pipeline_v1_StopResponse>;
  
  /**
   * Exchanges the processes of a stage. Answers when the run goes on with the
   * new ones. INVALID_ARGUMENT if there is no such stage or variant,
   * FAILED_PRECONDITION if it cannot be; the run goes on as it was then.
   */
  Swap: grpc.handleUnaryCall<_pipeline_v1_SwapRequest__Output, _pipeline_v1_SwapResponse>;
  
  /**
   * Says how the run is, and then what changes, until it is over. A reader that
   * is slow gets what is newest, and not all that was in between.
   */
  Watch: grpc.handleServerStreamingCall<_pipeline_v1_WatchRequest__Output, _pipeline_v1_WatchUpdate>;
  
}

export interface RunServiceDefinition extends grpc.ServiceDefinition {
  Stop: MethodDefinition<_pipeline_v1_StopRequest, _pipeline_v1_StopResponse, _pipeline_v1_StopRequest__Output, _pipeline_v1_StopResponse__Output>
  Swap: MethodDefinition<_pipeline_v1_SwapRequest, _pipeline_v1_SwapResponse, _pipeline_v1_SwapRequest__Output, _pipeline_v1_SwapResponse__Output>
  Watch: MethodDefinition<_pipeline_v1_WatchRequest, _pipeline_v1_WatchUpdate, _pipeline_v1_WatchRequest__Output, _pipeline_v1_WatchUpdate__Output>
}
