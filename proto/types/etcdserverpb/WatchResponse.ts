// Original file: etcd/v3/etcd.proto

import type { ResponseHeader as _etcdserverpb_ResponseHeader, ResponseHeader__Output as _etcdserverpb_ResponseHeader__Output } from '../etcdserverpb/ResponseHeader.ts';
import type { Event as _etcdserverpb_Event, Event__Output as _etcdserverpb_Event__Output } from '../etcdserverpb/Event.ts';
import type { Long } from '@grpc/proto-loader';

export interface WatchResponse {
  'header'?: (_etcdserverpb_ResponseHeader | null);
  /**
   * True of the answer to a request, which tells no change.
   */
  'created'?: (boolean);
  /**
   * True when the watch is over.
   */
  'canceled'?: (boolean);
  /**
   * Not 0 where the first change that was asked for is forgotten: the first that
   * is not.
   */
  'compactRevision'?: (number | string | Long);
  'cancelReason'?: (string);
  /**
   * True where more of the same changes comes in the next message.
   */
  'fragment'?: (boolean);
  'events'?: (_etcdserverpb_Event)[];
}

export interface WatchResponse__Output {
  'header': (_etcdserverpb_ResponseHeader__Output | null);
  /**
   * True of the answer to a request, which tells no change.
   */
  'created': (boolean);
  /**
   * True when the watch is over.
   */
  'canceled': (boolean);
  /**
   * Not 0 where the first change that was asked for is forgotten: the first that
   * is not.
   */
  'compactRevision': (number);
  'cancelReason': (string);
  /**
   * True where more of the same changes comes in the next message.
   */
  'fragment': (boolean);
  'events': (_etcdserverpb_Event__Output)[];
}
