// Original file: etcd/v3/etcd.proto

import type { Long } from '@grpc/proto-loader';

export interface KeyValue {
  'key'?: (Buffer | Uint8Array | string);
  /**
   * The change that made the key; 0 where there is none.
   */
  'createRevision'?: (number | string | Long);
  /**
   * The change that put this value.
   */
  'modRevision'?: (number | string | Long);
  'value'?: (Buffer | Uint8Array | string);
  /**
   * Its lease; 0 for none. Exact for ours only, which are below 2^53.
   */
  'lease'?: (number | string | Long);
}

export interface KeyValue__Output {
  'key': (Buffer);
  /**
   * The change that made the key; 0 where there is none.
   */
  'createRevision': (number);
  /**
   * The change that put this value.
   */
  'modRevision': (number);
  'value': (Buffer);
  /**
   * Its lease; 0 for none. Exact for ours only, which are below 2^53.
   */
  'lease': (number);
}
