// Original file: etcd/v3/etcd.proto

import type { Long } from '@grpc/proto-loader';

export interface RangeRequest {
  'key'?: (Buffer | Uint8Array | string);
  /**
   * The first key that is not asked for; empty for one key alone.
   */
  'rangeEnd'?: (Buffer | Uint8Array | string);
  /**
   * Most keys of the answer; 0 for any number.
   */
  'limit'?: (number | string | Long);
  /**
   * As it was then; 0 for now.
   */
  'revision'?: (number | string | Long);
  /**
   * Only how many keys there are.
   */
  'countOnly'?: (boolean);
}

export interface RangeRequest__Output {
  'key': (Buffer);
  /**
   * The first key that is not asked for; empty for one key alone.
   */
  'rangeEnd': (Buffer);
  /**
   * Most keys of the answer; 0 for any number.
   */
  'limit': (number);
  /**
   * As it was then; 0 for now.
   */
  'revision': (number);
  /**
   * Only how many keys there are.
   */
  'countOnly': (boolean);
}
