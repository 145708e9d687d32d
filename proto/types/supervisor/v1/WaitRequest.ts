// Original file: supervisor/v1/supervisor.proto

import type { Long } from '@grpc/proto-loader';

export interface WaitRequest {
  /**
   * Services or single replicas. Empty: all that are to run; those that
   * somebody has stopped are not waited for.
   */
  'names'?: (string)[];
  /**
   * How long to wait, in milliseconds. 0: 60 seconds.
   */
  'waitMs'?: (number | string | Long);
}

export interface WaitRequest__Output {
  /**
   * Services or single replicas. Empty: all that are to run; those that
   * somebody has stopped are not waited for.
   */
  'names': (string)[];
  /**
   * How long to wait, in milliseconds. 0: 60 seconds.
   */
  'waitMs': (number);
}
