// Original file: supervisor/v1/supervisor.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ChangeRequest as _supervisor_v1_ChangeRequest, ChangeRequest__Output as _supervisor_v1_ChangeRequest__Output } from '../../supervisor/v1/ChangeRequest.ts';
import type { ChangeResponse as _supervisor_v1_ChangeResponse, ChangeResponse__Output as _supervisor_v1_ChangeResponse__Output } from '../../supervisor/v1/ChangeResponse.ts';
import type { DescribeRequest as _supervisor_v1_DescribeRequest, DescribeRequest__Output as _supervisor_v1_DescribeRequest__Output } from '../../supervisor/v1/DescribeRequest.ts';
import type { DescribeResponse as _supervisor_v1_DescribeResponse, DescribeResponse__Output as _supervisor_v1_DescribeResponse__Output } from '../../supervisor/v1/DescribeResponse.ts';
import type { Event as _supervisor_v1_Event, Event__Output as _supervisor_v1_Event__Output } from '../../supervisor/v1/Event.ts';
import type { ListRequest as _supervisor_v1_ListRequest, ListRequest__Output as _supervisor_v1_ListRequest__Output } from '../../supervisor/v1/ListRequest.ts';
import type { ListResponse as _supervisor_v1_ListResponse, ListResponse__Output as _supervisor_v1_ListResponse__Output } from '../../supervisor/v1/ListResponse.ts';
import type { ReloadRequest as _supervisor_v1_ReloadRequest, ReloadRequest__Output as _supervisor_v1_ReloadRequest__Output } from '../../supervisor/v1/ReloadRequest.ts';
import type { ReloadResponse as _supervisor_v1_ReloadResponse, ReloadResponse__Output as _supervisor_v1_ReloadResponse__Output } from '../../supervisor/v1/ReloadResponse.ts';
import type { ScaleRequest as _supervisor_v1_ScaleRequest, ScaleRequest__Output as _supervisor_v1_ScaleRequest__Output } from '../../supervisor/v1/ScaleRequest.ts';
import type { ShutdownRequest as _supervisor_v1_ShutdownRequest, ShutdownRequest__Output as _supervisor_v1_ShutdownRequest__Output } from '../../supervisor/v1/ShutdownRequest.ts';
import type { ShutdownResponse as _supervisor_v1_ShutdownResponse, ShutdownResponse__Output as _supervisor_v1_ShutdownResponse__Output } from '../../supervisor/v1/ShutdownResponse.ts';
import type { WaitRequest as _supervisor_v1_WaitRequest, WaitRequest__Output as _supervisor_v1_WaitRequest__Output } from '../../supervisor/v1/WaitRequest.ts';
import type { WaitResponse as _supervisor_v1_WaitResponse, WaitResponse__Output as _supervisor_v1_WaitResponse__Output } from '../../supervisor/v1/WaitResponse.ts';
import type { WatchEventsRequest as _supervisor_v1_WatchEventsRequest, WatchEventsRequest__Output as _supervisor_v1_WatchEventsRequest__Output } from '../../supervisor/v1/WatchEventsRequest.ts';
import type { WatchRequest as _supervisor_v1_WatchRequest, WatchRequest__Output as _supervisor_v1_WatchRequest__Output } from '../../supervisor/v1/WatchRequest.ts';
import type { WatchUpdate as _supervisor_v1_WatchUpdate, WatchUpdate__Output as _supervisor_v1_WatchUpdate__Output } from '../../supervisor/v1/WatchUpdate.ts';

/**
 * Commands the supervisor that runs one config file.
 */
export interface SupervisorServiceClient extends grpc.Client {
  /**
   * Tells what the config in force says of the services, as it was filled in.
   */
  Describe(argument: _supervisor_v1_DescribeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  Describe(argument: _supervisor_v1_DescribeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  Describe(argument: _supervisor_v1_DescribeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  Describe(argument: _supervisor_v1_DescribeRequest, callback: grpc.requestCallback<_supervisor_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Tells what the config in force says of the services, as it was filled in.
   */
  describe(argument: _supervisor_v1_DescribeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  describe(argument: _supervisor_v1_DescribeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  describe(argument: _supervisor_v1_DescribeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  describe(argument: _supervisor_v1_DescribeRequest, callback: grpc.requestCallback<_supervisor_v1_DescribeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists the services with what they do and use right now.
   */
  List(argument: _supervisor_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _supervisor_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _supervisor_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _supervisor_v1_ListRequest, callback: grpc.requestCallback<_supervisor_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists the services with what they do and use right now.
   */
  list(argument: _supervisor_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _supervisor_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _supervisor_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _supervisor_v1_ListRequest, callback: grpc.requestCallback<_supervisor_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Reads the config file again, and starts, stops and restarts what differs.
   * INVALID_ARGUMENT if the file is wrong; nothing is changed then.
   */
  Reload(argument: _supervisor_v1_ReloadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  Reload(argument: _supervisor_v1_ReloadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  Reload(argument: _supervisor_v1_ReloadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  Reload(argument: _supervisor_v1_ReloadRequest, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Reads the config file again, and starts, stops and restarts what differs.
   * INVALID_ARGUMENT if the file is wrong; nothing is changed then.
   */
  reload(argument: _supervisor_v1_ReloadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  reload(argument: _supervisor_v1_ReloadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  reload(argument: _supervisor_v1_ReloadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  reload(argument: _supervisor_v1_ReloadRequest, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stops and starts services. Answers as Start does.
   */
  Restart(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Restart(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Restart(argument: _supervisor_v1_ChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Restart(argument: _supervisor_v1_ChangeRequest, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stops and starts services. Answers as Start does.
   */
  restart(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  restart(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  restart(argument: _supervisor_v1_ChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  restart(argument: _supervisor_v1_ChangeRequest, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes how many replicas run, until the next Reload. INVALID_ARGUMENT if a
   * service is not there or cannot run so often; nothing is changed then.
   */
  Scale(argument: _supervisor_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  Scale(argument: _supervisor_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  Scale(argument: _supervisor_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  Scale(argument: _supervisor_v1_ScaleRequest, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Changes how many replicas run, until the next Reload. INVALID_ARGUMENT if a
   * service is not there or cannot run so often; nothing is changed then.
   */
  scale(argument: _supervisor_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  scale(argument: _supervisor_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  scale(argument: _supervisor_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  scale(argument: _supervisor_v1_ScaleRequest, callback: grpc.requestCallback<_supervisor_v1_ReloadResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stops everything, then the supervisor itself. Answers before it ends.
   */
  Shutdown(argument: _supervisor_v1_ShutdownRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  Shutdown(argument: _supervisor_v1_ShutdownRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  Shutdown(argument: _supervisor_v1_ShutdownRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  Shutdown(argument: _supervisor_v1_ShutdownRequest, callback: grpc.requestCallback<_supervisor_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stops everything, then the supervisor itself. Answers before it ends.
   */
  shutdown(argument: _supervisor_v1_ShutdownRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  shutdown(argument: _supervisor_v1_ShutdownRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  shutdown(argument: _supervisor_v1_ShutdownRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  shutdown(argument: _supervisor_v1_ShutdownRequest, callback: grpc.requestCallback<_supervisor_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Starts services with their dependencies. Answers when each has started,
   * and not before it is healthy where there is a healthcheck.
   */
  Start(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Start(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Start(argument: _supervisor_v1_ChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Start(argument: _supervisor_v1_ChangeRequest, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Starts services with their dependencies. Answers when each has started,
   * and not before it is healthy where there is a healthcheck.
   */
  start(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  start(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  start(argument: _supervisor_v1_ChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  start(argument: _supervisor_v1_ChangeRequest, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stops services. Answers when their processes are gone.
   */
  Stop(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Stop(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Stop(argument: _supervisor_v1_ChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  Stop(argument: _supervisor_v1_ChangeRequest, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stops services. Answers when their processes are gone.
   */
  stop(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  stop(argument: _supervisor_v1_ChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  stop(argument: _supervisor_v1_ChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  stop(argument: _supervisor_v1_ChangeRequest, callback: grpc.requestCallback<_supervisor_v1_ChangeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Waits until services are ready, and changes nothing: healthy; running for a
   * second where there is no healthcheck; completed where they end by
   * themselves. Answers at once when one of them has failed for good.
   */
  Wait(argument: _supervisor_v1_WaitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_WaitResponse__Output>): grpc.ClientUnaryCall;
  Wait(argument: _supervisor_v1_WaitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_WaitResponse__Output>): grpc.ClientUnaryCall;
  Wait(argument: _supervisor_v1_WaitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_WaitResponse__Output>): grpc.ClientUnaryCall;
  Wait(argument: _supervisor_v1_WaitRequest, callback: grpc.requestCallback<_supervisor_v1_WaitResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Waits until services are ready, and changes nothing: healthy; running for a
   * second where there is no healthcheck; completed where they end by
   * themselves. Answers at once when one of them has failed for good.
   */
  wait(argument: _supervisor_v1_WaitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_WaitResponse__Output>): grpc.ClientUnaryCall;
  wait(argument: _supervisor_v1_WaitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_supervisor_v1_WaitResponse__Output>): grpc.ClientUnaryCall;
  wait(argument: _supervisor_v1_WaitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_supervisor_v1_WaitResponse__Output>): grpc.ClientUnaryCall;
  wait(argument: _supervisor_v1_WaitRequest, callback: grpc.requestCallback<_supervisor_v1_WaitResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Sends what services write and what happens to them, in that order: first
   * what is still known, then what comes. A reader that is too slow misses
   * lines and is told how many; no service waits for it. Each request asks for
   * one update, so that no more than one is on its way.
   */
  Watch(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_supervisor_v1_WatchRequest, _supervisor_v1_WatchUpdate__Output>;
  Watch(options?: grpc.CallOptions): grpc.ClientDuplexStream<_supervisor_v1_WatchRequest, _supervisor_v1_WatchUpdate__Output>;
  /**
   * Sends what services write and what happens to them, in that order: first
   * what is still known, then what comes. A reader that is too slow misses
   * lines and is told how many; no service waits for it. Each request asks for
   * one update, so that no more than one is on its way.
   */
  watch(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_supervisor_v1_WatchRequest, _supervisor_v1_WatchUpdate__Output>;
  watch(options?: grpc.CallOptions): grpc.ClientDuplexStream<_supervisor_v1_WatchRequest, _supervisor_v1_WatchUpdate__Output>;
  
  /**
   * Sends the events that are still known, then those that come.
   */
  WatchEvents(argument: _supervisor_v1_WatchEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_supervisor_v1_Event__Output>;
  WatchEvents(argument: _supervisor_v1_WatchEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_supervisor_v1_Event__Output>;
  /**
   * Sends the events that are still known, then those that come.
   */
  watchEvents(argument: _supervisor_v1_WatchEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_supervisor_v1_Event__Output>;
  watchEvents(argument: _supervisor_v1_WatchEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_supervisor_v1_Event__Output>;
  
}

/**
 * Commands the supervisor that runs one config file.
 */
export interface SupervisorServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Tells what the config in force says of the services, as it was filled in.
   */
  Describe: grpc.handleUnaryCall<_supervisor_v1_DescribeRequest__Output, _supervisor_v1_DescribeResponse>;
  
  /**
   * Lists the services with what they do and use right now.
   */
  List: grpc.handleUnaryCall<_supervisor_v1_ListRequest__Output, _supervisor_v1_ListResponse>;
  
  /**
   * Reads the config file again, and starts, stops and restarts what differs.
   * INVALID_ARGUMENT if the file is wrong; nothing is changed then.
   */
  Reload: grpc.handleUnaryCall<_supervisor_v1_ReloadRequest__Output, _supervisor_v1_ReloadResponse>;
  
  /**
   * Stops and starts services. Answers as Start does.
   */
  Restart: grpc.handleUnaryCall<_supervisor_v1_ChangeRequest__Output, _supervisor_v1_ChangeResponse>;
  
  /**
   * Changes how many replicas run, until the next Reload. INVALID_ARGUMENT if a
   * service is not there or cannot run so often; nothing is changed then.
   */
  Scale: grpc.handleUnaryCall<_supervisor_v1_ScaleRequest__Output, _supervisor_v1_ReloadResponse>;
  
  /**
   * Stops everything, then the supervisor itself. Answers before it ends.
   */
  Shutdown: grpc.handleUnaryCall<_supervisor_v1_ShutdownRequest__Output, _supervisor_v1_ShutdownResponse>;
  
  /**
   * Starts services with their dependencies. Answers when each has started,
   * and not before it is healthy where there is a healthcheck.
   */
  Start: grpc.handleUnaryCall<_supervisor_v1_ChangeRequest__Output, _supervisor_v1_ChangeResponse>;
  
  /**
   * Stops services. Answers when their processes are gone.
   */
  Stop: grpc.handleUnaryCall<_supervisor_v1_ChangeRequest__Output, _supervisor_v1_ChangeResponse>;
  
  /**
   * Waits until services are ready, and changes nothing: healthy; running for a
   * second where there is no healthcheck; completed where they end by
   * themselves. Answers at once when one of them has failed for good.
   */
  Wait: grpc.handleUnaryCall<_supervisor_v1_WaitRequest__Output, _supervisor_v1_WaitResponse>;
  
  /**
   * Sends what services write and what happens to them, in that order: first
   * what is still known, then what comes. A reader that is too slow misses
   * lines and is told how many; no service waits for it. Each request asks for
   * one update, so that no more than one is on its way.
   */
  Watch: grpc.handleBidiStreamingCall<_supervisor_v1_WatchRequest__Output, _supervisor_v1_WatchUpdate>;
  
  /**
   * Sends the events that are still known, then those that come.
   */
  WatchEvents: grpc.handleServerStreamingCall<_supervisor_v1_WatchEventsRequest__Output, _supervisor_v1_Event>;
  
}

export interface SupervisorServiceDefinition extends grpc.ServiceDefinition {
  Describe: MethodDefinition<_supervisor_v1_DescribeRequest, _supervisor_v1_DescribeResponse, _supervisor_v1_DescribeRequest__Output, _supervisor_v1_DescribeResponse__Output>
  List: MethodDefinition<_supervisor_v1_ListRequest, _supervisor_v1_ListResponse, _supervisor_v1_ListRequest__Output, _supervisor_v1_ListResponse__Output>
  Reload: MethodDefinition<_supervisor_v1_ReloadRequest, _supervisor_v1_ReloadResponse, _supervisor_v1_ReloadRequest__Output, _supervisor_v1_ReloadResponse__Output>
  Restart: MethodDefinition<_supervisor_v1_ChangeRequest, _supervisor_v1_ChangeResponse, _supervisor_v1_ChangeRequest__Output, _supervisor_v1_ChangeResponse__Output>
  Scale: MethodDefinition<_supervisor_v1_ScaleRequest, _supervisor_v1_ReloadResponse, _supervisor_v1_ScaleRequest__Output, _supervisor_v1_ReloadResponse__Output>
  Shutdown: MethodDefinition<_supervisor_v1_ShutdownRequest, _supervisor_v1_ShutdownResponse, _supervisor_v1_ShutdownRequest__Output, _supervisor_v1_ShutdownResponse__Output>
  Start: MethodDefinition<_supervisor_v1_ChangeRequest, _supervisor_v1_ChangeResponse, _supervisor_v1_ChangeRequest__Output, _supervisor_v1_ChangeResponse__Output>
  Stop: MethodDefinition<_supervisor_v1_ChangeRequest, _supervisor_v1_ChangeResponse, _supervisor_v1_ChangeRequest__Output, _supervisor_v1_ChangeResponse__Output>
  Wait: MethodDefinition<_supervisor_v1_WaitRequest, _supervisor_v1_WaitResponse, _supervisor_v1_WaitRequest__Output, _supervisor_v1_WaitResponse__Output>
  Watch: MethodDefinition<_supervisor_v1_WatchRequest, _supervisor_v1_WatchUpdate, _supervisor_v1_WatchRequest__Output, _supervisor_v1_WatchUpdate__Output>
  WatchEvents: MethodDefinition<_supervisor_v1_WatchEventsRequest, _supervisor_v1_Event, _supervisor_v1_WatchEventsRequest__Output, _supervisor_v1_Event__Output>
}
