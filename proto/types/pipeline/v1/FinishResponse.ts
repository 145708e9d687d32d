// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Where the input has been ended.
 */
export interface FinishResponse {
  /**
   * How far it had been read, as an offset. A line that began before is read to
   * its end.
   */
  'offset'?: (number | string | Long);
}

/**
 * Where the input has been ended.
 */
export interface FinishResponse__Output {
  /**
   * How far it had been read, as an offset. A line that began before is read to
   * its end.
   */
  'offset': (number);
}
