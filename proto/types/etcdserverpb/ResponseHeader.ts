// Original file: etcd/v3/etcd.proto

import type { Long } from '@grpc/proto-loader';

export interface ResponseHeader {
  /**
   * The cluster. Larger than a JavaScript number is exact: only to be compared.
   */
  'clusterId'?: (number | string | Long);
  /**
   * How many changes there have been in the whole cluster.
   */
  'revision'?: (number | string | Long);
}

export interface ResponseHeader__Output {
  /**
   * The cluster. Larger than a JavaScript number is exact: only to be compared.
   */
  'clusterId': (number);
  /**
   * How many changes there have been in the whole cluster.
   */
  'revision': (number);
}
