// Original file: dashboard/v1/dashboard.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { InviteRequest as _dashboard_v1_InviteRequest, InviteRequest__Output as _dashboard_v1_InviteRequest__Output } from '../../dashboard/v1/InviteRequest.ts';
import type { InviteResponse as _dashboard_v1_InviteResponse, InviteResponse__Output as _dashboard_v1_InviteResponse__Output } from '../../dashboard/v1/InviteResponse.ts';
import type { LeaveRequest as _dashboard_v1_LeaveRequest, LeaveRequest__Output as _dashboard_v1_LeaveRequest__Output } from '../../dashboard/v1/LeaveRequest.ts';
import type { LeaveResponse as _dashboard_v1_LeaveResponse, LeaveResponse__Output as _dashboard_v1_LeaveResponse__Output } from '../../dashboard/v1/LeaveResponse.ts';
import type { Received as _dashboard_v1_Received, Received__Output as _dashboard_v1_Received__Output } from '../../dashboard/v1/Received.ts';
import type { WatchUpdate as _pipeline_v1_WatchUpdate, WatchUpdate__Output as _pipeline_v1_WatchUpdate__Output } from '../../pipeline/v1/WatchUpdate.ts';

/**
 * Lets in who may see the page, and takes what there is to be seen of runs.
 */
export interface DashboardServiceClient extends grpc.Client {
  /**
   * Makes an address that lets in one browser, once.
   */
  Invite(argument: _dashboard_v1_InviteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_dashboard_v1_InviteResponse__Output>): grpc.ClientUnaryCall;
  Invite(argument: _dashboard_v1_InviteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_dashboard_v1_InviteResponse__Output>): grpc.ClientUnaryCall;
  Invite(argument: _dashboard_v1_InviteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_dashboard_v1_InviteResponse__Output>): grpc.ClientUnaryCall;
  Invite(argument: _dashboard_v1_InviteRequest, callback: grpc.requestCallback<_dashboard_v1_InviteResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Makes an address that lets in one browser, once.
   */
  invite(argument: _dashboard_v1_InviteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_dashboard_v1_InviteResponse__Output>): grpc.ClientUnaryCall;
  invite(argument: _dashboard_v1_InviteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_dashboard_v1_InviteResponse__Output>): grpc.ClientUnaryCall;
  invite(argument: _dashboard_v1_InviteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_dashboard_v1_InviteResponse__Output>): grpc.ClientUnaryCall;
  invite(argument: _dashboard_v1_InviteRequest, callback: grpc.requestCallback<_dashboard_v1_InviteResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Ends the dashboard: another one takes its place. Answers before it ends.
   */
  Leave(argument: _dashboard_v1_LeaveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_dashboard_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  Leave(argument: _dashboard_v1_LeaveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_dashboard_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  Leave(argument: _dashboard_v1_LeaveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_dashboard_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  Leave(argument: _dashboard_v1_LeaveRequest, callback: grpc.requestCallback<_dashboard_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ends the dashboard: another one takes its place. Answers before it ends.
   */
  leave(argument: _dashboard_v1_LeaveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_dashboard_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  leave(argument: _dashboard_v1_LeaveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_dashboard_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  leave(argument: _dashboard_v1_LeaveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_dashboard_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  leave(argument: _dashboard_v1_LeaveRequest, callback: grpc.requestCallback<_dashboard_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Tells of one run of the pipeline, from its snapshot on. Each update is
   * answered, and only then the next is sent.
   */
  Report(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_WatchUpdate, _dashboard_v1_Received__Output>;
  Report(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_WatchUpdate, _dashboard_v1_Received__Output>;
  /**
   * Tells of one run of the pipeline, from its snapshot on. Each update is
   * answered, and only then the next is sent.
   */
  report(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_WatchUpdate, _dashboard_v1_Received__Output>;
  report(options?: grpc.CallOptions): grpc.ClientDuplexStream<_pipeline_v1_WatchUpdate, _dashboard_v1_Received__Output>;
  
}

/**
 * Lets in who may see the page, and takes what there is to be seen of runs.
 */
export interface DashboardServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Makes an address that lets in one browser, once.
   */
  Invite: grpc.handleUnaryCall<_dashboard_v1_InviteRequest__Output, _dashboard_v1_InviteResponse>;
  
  /**
   * Ends the dashboard: another one takes its place. Answers before it ends.
   */
  Leave: grpc.handleUnaryCall<_dashboard_v1_LeaveRequest__Output, _dashboard_v1_LeaveResponse>;
  
  /**
   * Tells of one run of the pipeline, from its snapshot on. Each update is
   * answered, and only then the next is sent.
   */
  Report: grpc.handleBidiStreamingCall<_pipeline_v1_WatchUpdate__Output, _dashboard_v1_Received>;
  
}

export interface DashboardServiceDefinition extends grpc.ServiceDefinition {
  Invite: MethodDefinition<_dashboard_v1_InviteRequest, _dashboard_v1_InviteResponse, _dashboard_v1_InviteRequest__Output, _dashboard_v1_InviteResponse__Output>
  Leave: MethodDefinition<_dashboard_v1_LeaveRequest, _dashboard_v1_LeaveResponse, _dashboard_v1_LeaveRequest__Output, _dashboard_v1_LeaveResponse__Output>
  Report: MethodDefinition<_pipeline_v1_WatchUpdate, _dashboard_v1_Received, _pipeline_v1_WatchUpdate__Output, _dashboard_v1_Received__Output>
}
