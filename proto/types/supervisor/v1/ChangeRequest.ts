// Original file: supervisor/v1/supervisor.proto

import type { Long } from '@grpc/proto-loader';

export interface ChangeRequest {
  /**
   * Services or single replicas. Empty: all that the supervisor was started
   * with.
   */
  'names'?: (string)[];
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs'?: (number | string | Long);
}

export interface ChangeRequest__Output {
  /**
   * Services or single replicas. Empty: all that the supervisor was started
   * with.
   */
  'names': (string)[];
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs': (number);
}
