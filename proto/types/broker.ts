import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { BrokerServiceClient as _broker_v1_BrokerServiceClient, BrokerServiceDefinition as _broker_v1_BrokerServiceDefinition } from './broker/v1/BrokerService.ts';
import type { Change as _broker_v1_Change, Change__Output as _broker_v1_Change__Output } from './broker/v1/Change.ts';
import type { Changes as _broker_v1_Changes, Changes__Output as _broker_v1_Changes__Output } from './broker/v1/Changes.ts';
import type { Entry as _broker_v1_Entry, Entry__Output as _broker_v1_Entry__Output } from './broker/v1/Entry.ts';
import type { ListRequest as _broker_v1_ListRequest, ListRequest__Output as _broker_v1_ListRequest__Output } from './broker/v1/ListRequest.ts';
import type { ListResponse as _broker_v1_ListResponse, ListResponse__Output as _broker_v1_ListResponse__Output } from './broker/v1/ListResponse.ts';
import type { Registered as _broker_v1_Registered, Registered__Output as _broker_v1_Registered__Output } from './broker/v1/Registered.ts';
import type { Registration as _broker_v1_Registration, Registration__Output as _broker_v1_Registration__Output } from './broker/v1/Registration.ts';
import type { ResolveRequest as _broker_v1_ResolveRequest, ResolveRequest__Output as _broker_v1_ResolveRequest__Output } from './broker/v1/ResolveRequest.ts';
import type { ResolveResponse as _broker_v1_ResolveResponse, ResolveResponse__Output as _broker_v1_ResolveResponse__Output } from './broker/v1/ResolveResponse.ts';
import type { Snapshot as _broker_v1_Snapshot, Snapshot__Output as _broker_v1_Snapshot__Output } from './broker/v1/Snapshot.ts';
import type { WatchRequest as _broker_v1_WatchRequest, WatchRequest__Output as _broker_v1_WatchRequest__Output } from './broker/v1/WatchRequest.ts';
import type { WatchUpdate as _broker_v1_WatchUpdate, WatchUpdate__Output as _broker_v1_WatchUpdate__Output } from './broker/v1/WatchUpdate.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  broker: {
    v1: {
      BrokerService: SubtypeConstructor<typeof grpc.Client, _broker_v1_BrokerServiceClient> & { service: _broker_v1_BrokerServiceDefinition }
      Change: MessageTypeDefinition<_broker_v1_Change, _broker_v1_Change__Output>
      Changes: MessageTypeDefinition<_broker_v1_Changes, _broker_v1_Changes__Output>
      Entry: MessageTypeDefinition<_broker_v1_Entry, _broker_v1_Entry__Output>
      ListRequest: MessageTypeDefinition<_broker_v1_ListRequest, _broker_v1_ListRequest__Output>
      ListResponse: MessageTypeDefinition<_broker_v1_ListResponse, _broker_v1_ListResponse__Output>
      Registered: MessageTypeDefinition<_broker_v1_Registered, _broker_v1_Registered__Output>
      Registration: MessageTypeDefinition<_broker_v1_Registration, _broker_v1_Registration__Output>
      ResolveRequest: MessageTypeDefinition<_broker_v1_ResolveRequest, _broker_v1_ResolveRequest__Output>
      ResolveResponse: MessageTypeDefinition<_broker_v1_ResolveResponse, _broker_v1_ResolveResponse__Output>
      Snapshot: MessageTypeDefinition<_broker_v1_Snapshot, _broker_v1_Snapshot__Output>
      WatchRequest: MessageTypeDefinition<_broker_v1_WatchRequest, _broker_v1_WatchRequest__Output>
      WatchUpdate: MessageTypeDefinition<_broker_v1_WatchUpdate, _broker_v1_WatchUpdate__Output>
    }
  }
}

