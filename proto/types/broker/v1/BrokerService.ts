// Original file: broker/v1/broker.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListRequest as _broker_v1_ListRequest, ListRequest__Output as _broker_v1_ListRequest__Output } from '../../broker/v1/ListRequest.ts';
import type { ListResponse as _broker_v1_ListResponse, ListResponse__Output as _broker_v1_ListResponse__Output } from '../../broker/v1/ListResponse.ts';
import type { ListWatchersRequest as _broker_v1_ListWatchersRequest, ListWatchersRequest__Output as _broker_v1_ListWatchersRequest__Output } from '../../broker/v1/ListWatchersRequest.ts';
import type { ListWatchersResponse as _broker_v1_ListWatchersResponse, ListWatchersResponse__Output as _broker_v1_ListWatchersResponse__Output } from '../../broker/v1/ListWatchersResponse.ts';
import type { Registered as _broker_v1_Registered, Registered__Output as _broker_v1_Registered__Output } from '../../broker/v1/Registered.ts';
import type { Registration as _broker_v1_Registration, Registration__Output as _broker_v1_Registration__Output } from '../../broker/v1/Registration.ts';
import type { ResolveRequest as _broker_v1_ResolveRequest, ResolveRequest__Output as _broker_v1_ResolveRequest__Output } from '../../broker/v1/ResolveRequest.ts';
import type { ResolveResponse as _broker_v1_ResolveResponse, ResolveResponse__Output as _broker_v1_ResolveResponse__Output } from '../../broker/v1/ResolveResponse.ts';
import type { WatchRequest as _broker_v1_WatchRequest, WatchRequest__Output as _broker_v1_WatchRequest__Output } from '../../broker/v1/WatchRequest.ts';
import type { WatchUpdate as _broker_v1_WatchUpdate, WatchUpdate__Output as _broker_v1_WatchUpdate__Output } from '../../broker/v1/WatchUpdate.ts';

export interface BrokerServiceClient extends grpc.Client {
  /**
   * Returns the entries, a page at a time, in order of service and instance.
   * 
   * Each page tells what there is at its own revision. Whoever reads all pages
   * while entries come and go gets no entry twice, and each that was there all
   * the time once; one that was added, replaced or removed meanwhile may be
   * there as it was, as it is, or not. Watch tells of one moment.
   */
  List(argument: _broker_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _broker_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_broker_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _broker_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _broker_v1_ListRequest, callback: grpc.requestCallback<_broker_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns the entries, a page at a time, in order of service and instance.
   * 
   * Each page tells what there is at its own revision. Whoever reads all pages
   * while entries come and go gets no entry twice, and each that was there all
   * the time once; one that was added, replaced or removed meanwhile may be
   * there as it was, as it is, or not. Watch tells of one moment.
   */
  list(argument: _broker_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _broker_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_broker_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _broker_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _broker_v1_ListRequest, callback: grpc.requestCallback<_broker_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns who follows the entries at this moment, the oldest first: the first
   * 2,000 of them.
   */
  ListWatchers(argument: _broker_v1_ListWatchersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ListWatchersResponse__Output>): grpc.ClientUnaryCall;
  ListWatchers(argument: _broker_v1_ListWatchersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_broker_v1_ListWatchersResponse__Output>): grpc.ClientUnaryCall;
  ListWatchers(argument: _broker_v1_ListWatchersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ListWatchersResponse__Output>): grpc.ClientUnaryCall;
  ListWatchers(argument: _broker_v1_ListWatchersRequest, callback: grpc.requestCallback<_broker_v1_ListWatchersResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns who follows the entries at this moment, the oldest first: the first
   * 2,000 of them.
   */
  listWatchers(argument: _broker_v1_ListWatchersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ListWatchersResponse__Output>): grpc.ClientUnaryCall;
  listWatchers(argument: _broker_v1_ListWatchersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_broker_v1_ListWatchersResponse__Output>): grpc.ClientUnaryCall;
  listWatchers(argument: _broker_v1_ListWatchersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ListWatchersResponse__Output>): grpc.ClientUnaryCall;
  listWatchers(argument: _broker_v1_ListWatchersRequest, callback: grpc.requestCallback<_broker_v1_ListWatchersResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Registers instances for as long as the stream is open. Each message adds
   * one entry, or replaces the one that this stream has registered with the same
   * service and instance; each is answered once. When the caller ends the stream
   * its entries are removed and the stream ends.
   * 
   * A refusal ends the stream, and its entries with it.
   * 
   * ALREADY_EXISTS: another stream holds the instance, and keeps it for as long
   * as it lives. The message says who that is and since when. Try again after a
   * jittered wait; a holder that does not answer pings is gone within 10 seconds.
   * 
   * INVALID_ARGUMENT: the entry is wrong. The message names the field and its
   * limit. Another try does not help.
   * 
   * FAILED_PRECONDITION: the caller speaks a newer version of this contract than
   * the broker. The message names both. Try again after a wait: the broker may be
   * updated meanwhile.
   * 
   * RESOURCE_EXHAUSTED: a stream holds 100,000 entries, or the broker 250,000
   * entries or 256 MiB of them, where each pair of metadata counts for 512 bytes
   * besides its text. The message names the limit.
   */
  Register(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_broker_v1_Registration, _broker_v1_Registered__Output>;
  Register(options?: grpc.CallOptions): grpc.ClientDuplexStream<_broker_v1_Registration, _broker_v1_Registered__Output>;
  /**
   * Registers instances for as long as the stream is open. Each message adds
   * one entry, or replaces the one that this stream has registered with the same
   * service and instance; each is answered once. When the caller ends the stream
   * its entries are removed and the stream ends.
   * 
   * A refusal ends the stream, and its entries with it.
   * 
   * ALREADY_EXISTS: another stream holds the instance, and keeps it for as long
   * as it lives. The message says who that is and since when. Try again after a
   * jittered wait; a holder that does not answer pings is gone within 10 seconds.
   * 
   * INVALID_ARGUMENT: the entry is wrong. The message names the field and its
   * limit. Another try does not help.
   * 
   * FAILED_PRECONDITION: the caller speaks a newer version of this contract than
   * the broker. The message names both. Try again after a wait: the broker may be
   * updated meanwhile.
   * 
   * RESOURCE_EXHAUSTED: a stream holds 100,000 entries, or the broker 250,000
   * entries or 256 MiB of them, where each pair of metadata counts for 512 bytes
   * besides its text. The message names the limit.
   */
  register(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_broker_v1_Registration, _broker_v1_Registered__Output>;
  register(options?: grpc.CallOptions): grpc.ClientDuplexStream<_broker_v1_Registration, _broker_v1_Registered__Output>;
  
  /**
   * Finds the instances of one service. NOT_FOUND says what is registered.
   * Answers in pages, as List does.
   */
  Resolve(argument: _broker_v1_ResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _broker_v1_ResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_broker_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _broker_v1_ResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _broker_v1_ResolveRequest, callback: grpc.requestCallback<_broker_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Finds the instances of one service. NOT_FOUND says what is registered.
   * Answers in pages, as List does.
   */
  resolve(argument: _broker_v1_ResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _broker_v1_ResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_broker_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _broker_v1_ResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_broker_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _broker_v1_ResolveRequest, callback: grpc.requestCallback<_broker_v1_ResolveResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Follows the entries. First comes a snapshot, then come changes; a reader
   * that falls too far behind gets a snapshot again in their place. No update is
   * larger than 1 MiB: a snapshot comes in parts, one after the other and with
   * nothing between them. RESOURCE_EXHAUSTED when there are 10,000 watchers.
   */
  Watch(argument: _broker_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_broker_v1_WatchUpdate__Output>;
  Watch(argument: _broker_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_broker_v1_WatchUpdate__Output>;
  /**
   * Follows the entries. First comes a snapshot, then come changes; a reader
   * that falls too far behind gets a snapshot again in their place. No update is
   * larger than 1 MiB: a snapshot comes in parts, one after the other and with
   * nothing between them. RESOURCE_EXHAUSTED when there are 10,000 watchers.
   */
  watch(argument: _broker_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_broker_v1_WatchUpdate__Output>;
  watch(argument: _broker_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_broker_v1_WatchUpdate__Output>;
  
}

export interface BrokerServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Returns the entries, a page at a time, in order of service and instance.
   * 
   * Each page tells what there is at its own revision. Whoever reads all pages
   * while entries come and go gets no entry twice, and each that was there all
   * the time once; one that was added, replaced or removed meanwhile may be
   * there as it was, as it is, or not. Watch tells of one moment.
   */
  List: grpc.handleUnaryCall<_broker_v1_ListRequest__Output, _broker_v1_ListResponse>;
  
  /**
   * Returns who follows the entries at this moment, the oldest first: the first
   * 2,000 of them.
   */
  ListWatchers: grpc.handleUnaryCall<_broker_v1_ListWatchersRequest__Output, _broker_v1_ListWatchersResponse>;
  
  /**
   * Registers instances for as long as the stream is open. Each message adds
   * one entry, or replaces the one that this stream has registered with the same
   * service and instance; each is answered once. When the caller ends the stream
   * its entries are removed and the stream ends.
   * 
   * A refusal ends the stream, and its entries with it.
   * 
   * ALREADY_EXISTS: another stream holds the instance, and keeps it for as long
   * as it lives. The message says who that is and since when. Try again after a
   * jittered wait; a holder that does not answer pings is gone within 10 seconds.
   * 
   * INVALID_ARGUMENT: the entry is wrong. The message names the field and its
   * limit. Another try does not help.
   * 
   * FAILED_PRECONDITION: the caller speaks a newer version of this contract than
   * the broker. The message names both. Try again after a wait: the broker may be
   * updated meanwhile.
   * 
   * RESOURCE_EXHAUSTED: a stream holds 100,000 entries, or the broker 250,000
   * entries or 256 MiB of them, where each pair of metadata counts for 512 bytes
   * besides its text. The message names the limit.
   */
  Register: grpc.handleBidiStreamingCall<_broker_v1_Registration__Output, _broker_v1_Registered>;
  
  /**
   * Finds the instances of one service. NOT_FOUND says what is registered.
   * Answers in pages, as List does.
   */
  Resolve: grpc.handleUnaryCall<_broker_v1_ResolveRequest__Output, _broker_v1_ResolveResponse>;
  
  /**
   * Follows the entries. First comes a snapshot, then come changes; a reader
   * that falls too far behind gets a snapshot again in their place. No update is
   * larger than 1 MiB: a snapshot comes in parts, one after the other and with
   * nothing between them. RESOURCE_EXHAUSTED when there are 10,000 watchers.
   */
  Watch: grpc.handleServerStreamingCall<_broker_v1_WatchRequest__Output, _broker_v1_WatchUpdate>;
  
}

export interface BrokerServiceDefinition extends grpc.ServiceDefinition {
  List: MethodDefinition<_broker_v1_ListRequest, _broker_v1_ListResponse, _broker_v1_ListRequest__Output, _broker_v1_ListResponse__Output>
  ListWatchers: MethodDefinition<_broker_v1_ListWatchersRequest, _broker_v1_ListWatchersResponse, _broker_v1_ListWatchersRequest__Output, _broker_v1_ListWatchersResponse__Output>
  Register: MethodDefinition<_broker_v1_Registration, _broker_v1_Registered, _broker_v1_Registration__Output, _broker_v1_Registered__Output>
  Resolve: MethodDefinition<_broker_v1_ResolveRequest, _broker_v1_ResolveResponse, _broker_v1_ResolveRequest__Output, _broker_v1_ResolveResponse__Output>
  Watch: MethodDefinition<_broker_v1_WatchRequest, _broker_v1_WatchUpdate, _broker_v1_WatchRequest__Output, _broker_v1_WatchUpdate__Output>
}
