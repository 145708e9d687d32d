import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ChangeRequest as _supervisor_v1_ChangeRequest, ChangeRequest__Output as _supervisor_v1_ChangeRequest__Output } from './supervisor/v1/ChangeRequest.ts';
import type { ChangeResponse as _supervisor_v1_ChangeResponse, ChangeResponse__Output as _supervisor_v1_ChangeResponse__Output } from './supervisor/v1/ChangeResponse.ts';
import type { Event as _supervisor_v1_Event, Event__Output as _supervisor_v1_Event__Output } from './supervisor/v1/Event.ts';
import type { ListRequest as _supervisor_v1_ListRequest, ListRequest__Output as _supervisor_v1_ListRequest__Output } from './supervisor/v1/ListRequest.ts';
import type { ListResponse as _supervisor_v1_ListResponse, ListResponse__Output as _supervisor_v1_ListResponse__Output } from './supervisor/v1/ListResponse.ts';
import type { ReloadRequest as _supervisor_v1_ReloadRequest, ReloadRequest__Output as _supervisor_v1_ReloadRequest__Output } from './supervisor/v1/ReloadRequest.ts';
import type { ReloadResponse as _supervisor_v1_ReloadResponse, ReloadResponse__Output as _supervisor_v1_ReloadResponse__Output } from './supervisor/v1/ReloadResponse.ts';
import type { ScaleRequest as _supervisor_v1_ScaleRequest, ScaleRequest__Output as _supervisor_v1_ScaleRequest__Output } from './supervisor/v1/ScaleRequest.ts';
import type { Service as _supervisor_v1_Service, Service__Output as _supervisor_v1_Service__Output } from './supervisor/v1/Service.ts';
import type { ServiceChange as _supervisor_v1_ServiceChange, ServiceChange__Output as _supervisor_v1_ServiceChange__Output } from './supervisor/v1/ServiceChange.ts';
import type { ShutdownRequest as _supervisor_v1_ShutdownRequest, ShutdownRequest__Output as _supervisor_v1_ShutdownRequest__Output } from './supervisor/v1/ShutdownRequest.ts';
import type { ShutdownResponse as _supervisor_v1_ShutdownResponse, ShutdownResponse__Output as _supervisor_v1_ShutdownResponse__Output } from './supervisor/v1/ShutdownResponse.ts';
import type { SupervisorServiceClient as _supervisor_v1_SupervisorServiceClient, SupervisorServiceDefinition as _supervisor_v1_SupervisorServiceDefinition } from './supervisor/v1/SupervisorService.ts';
import type { WaitRequest as _supervisor_v1_WaitRequest, WaitRequest__Output as _supervisor_v1_WaitRequest__Output } from './supervisor/v1/WaitRequest.ts';
import type { WaitResponse as _supervisor_v1_WaitResponse, WaitResponse__Output as _supervisor_v1_WaitResponse__Output } from './supervisor/v1/WaitResponse.ts';
import type { WatchEventsRequest as _supervisor_v1_WatchEventsRequest, WatchEventsRequest__Output as _supervisor_v1_WatchEventsRequest__Output } from './supervisor/v1/WatchEventsRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  supervisor: {
    v1: {
      ChangeRequest: MessageTypeDefinition<_supervisor_v1_ChangeRequest, _supervisor_v1_ChangeRequest__Output>
      ChangeResponse: MessageTypeDefinition<_supervisor_v1_ChangeResponse, _supervisor_v1_ChangeResponse__Output>
      Event: MessageTypeDefinition<_supervisor_v1_Event, _supervisor_v1_Event__Output>
      EventType: EnumTypeDefinition
      ListRequest: MessageTypeDefinition<_supervisor_v1_ListRequest, _supervisor_v1_ListRequest__Output>
      ListResponse: MessageTypeDefinition<_supervisor_v1_ListResponse, _supervisor_v1_ListResponse__Output>
      ReloadRequest: MessageTypeDefinition<_supervisor_v1_ReloadRequest, _supervisor_v1_ReloadRequest__Output>
      ReloadResponse: MessageTypeDefinition<_supervisor_v1_ReloadResponse, _supervisor_v1_ReloadResponse__Output>
      ScaleRequest: MessageTypeDefinition<_supervisor_v1_ScaleRequest, _supervisor_v1_ScaleRequest__Output>
      Service: MessageTypeDefinition<_supervisor_v1_Service, _supervisor_v1_Service__Output>
      ServiceChange: MessageTypeDefinition<_supervisor_v1_ServiceChange, _supervisor_v1_ServiceChange__Output>
      ShutdownRequest: MessageTypeDefinition<_supervisor_v1_ShutdownRequest, _supervisor_v1_ShutdownRequest__Output>
      ShutdownResponse: MessageTypeDefinition<_supervisor_v1_ShutdownResponse, _supervisor_v1_ShutdownResponse__Output>
      Status: EnumTypeDefinition
      /**
       * Commands the supervisor that runs one config file.
       */
      SupervisorService: SubtypeConstructor<typeof grpc.Client, _supervisor_v1_SupervisorServiceClient> & { service: _supervisor_v1_SupervisorServiceDefinition }
      WaitRequest: MessageTypeDefinition<_supervisor_v1_WaitRequest, _supervisor_v1_WaitRequest__Output>
      WaitResponse: MessageTypeDefinition<_supervisor_v1_WaitResponse, _supervisor_v1_WaitResponse__Output>
      WatchEventsRequest: MessageTypeDefinition<_supervisor_v1_WatchEventsRequest, _supervisor_v1_WatchEventsRequest__Output>
    }
  }
}

