// Original file: supervisor/v1/supervisor.proto

import type { Long } from '@grpc/proto-loader';

export interface ScaleRequest {
  /**
   * How many are to run, by service.
   */
  'replicas'?: ({[key: string]: number});
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs'?: (number | string | Long);
}

export interface ScaleRequest__Output {
  /**
   * How many are to run, by service.
   */
  'replicas': ({[key: string]: number});
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs': (number);
}
