// Original file: pipeline/v1/run.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { LookRequest as _pipeline_v1_LookRequest, LookRequest__Output as _pipeline_v1_LookRequest__Output } from '../../pipeline/v1/LookRequest.ts';
import type { StageLook as _pipeline_v1_StageLook, StageLook__Output as _pipeline_v1_StageLook__Output } from '../../pipeline/v1/StageLook.ts';

/**
 * What each process of a stage may offer beside its own service.
 */
export interface StageMonitorServiceClient extends grpc.Client {
  /**
   * Says how it stands. Costs nothing while nobody asks.
   */
  Look(argument: _pipeline_v1_LookRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_StageLook__Output>): grpc.ClientUnaryCall;
  Look(argument: _pipeline_v1_LookRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_pipeline_v1_StageLook__Output>): grpc.ClientUnaryCall;
  Look(argument: _pipeline_v1_LookRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_StageLook__Output>): grpc.ClientUnaryCall;
  Look(argument: _pipeline_v1_LookRequest, callback: grpc.requestCallback<_pipeline_v1_StageLook__Output>): grpc.ClientUnaryCall;
  /**
   * Says how it stands. Costs nothing while nobody asks.
   */
  look(argument: _pipeline_v1_LookRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_StageLook__Output>): grpc.ClientUnaryCall;
  look(argument: _pipeline_v1_LookRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_pipeline_v1_StageLook__Output>): grpc.ClientUnaryCall;
  look(argument: _pipeline_v1_LookRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_pipeline_v1_StageLook__Output>): grpc.ClientUnaryCall;
  look(argument: _pipeline_v1_LookRequest, callback: grpc.requestCallback<_pipeline_v1_StageLook__Output>): grpc.ClientUnaryCall;
  
}

/**
 * What each process of a stage may offer beside its own service.
 */
export interface StageMonitorServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Says how it stands. Costs nothing while nobody asks.
   */
  Look: grpc.handleUnaryCall<_pipeline_v1_LookRequest__Output, _pipeline_v1_StageLook>;
  
}

export interface StageMonitorServiceDefinition extends grpc.ServiceDefinition {
  Look: MethodDefinition<_pipeline_v1_LookRequest, _pipeline_v1_StageLook, _pipeline_v1_LookRequest__Output, _pipeline_v1_StageLook__Output>
}
