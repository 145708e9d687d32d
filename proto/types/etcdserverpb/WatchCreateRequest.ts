// Original file: etcd/v3/etcd.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchCreateRequest {
  'key'?: (Buffer | Uint8Array | string);
  /**
   * The first key that is not watched; empty for one key alone.
   */
  'rangeEnd'?: (Buffer | Uint8Array | string);
  /**
   * The first change that is told; 0 for the next one.
   */
  'startRevision'?: (number | string | Long);
  /**
   * Cuts what would be a message too large.
   */
  'fragment'?: (boolean);
}

export interface WatchCreateRequest__Output {
  'key': (Buffer);
  /**
   * The first key that is not watched; empty for one key alone.
   */
  'rangeEnd': (Buffer);
  /**
   * The first change that is told; 0 for the next one.
   */
  'startRevision': (number);
  /**
   * Cuts what would be a message too large.
   */
  'fragment': (boolean);
}
