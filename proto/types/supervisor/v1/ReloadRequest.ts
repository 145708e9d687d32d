// Original file: supervisor/v1/supervisor.proto

import type { Long } from '@grpc/proto-loader';

export interface ReloadRequest {
  /**
   * Only tells what would change.
   */
  'dryRun'?: (boolean);
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs'?: (number | string | Long);
}

export interface ReloadRequest__Output {
  /**
   * Only tells what would change.
   */
  'dryRun': (boolean);
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs': (number);
}
