// Original file: etcd/v3/etcd.proto

import type { Long } from '@grpc/proto-loader';

export interface LeaseGrantRequest {
  /**
   * In seconds.
   */
  'TTL'?: (number | string | Long);
  /**
   * Chosen by whoever asks; 0 leaves that to etcd.
   */
  'ID'?: (number | string | Long);
}

export interface LeaseGrantRequest__Output {
  /**
   * In seconds.
   */
  'TTL': (number);
  /**
   * Chosen by whoever asks; 0 leaves that to etcd.
   */
  'ID': (number);
}
