// Original file: pipeline/v1/run.proto

import type { StageProcess as _pipeline_v1_StageProcess, StageProcess__Output as _pipeline_v1_StageProcess__Output } from '../../pipeline/v1/StageProcess.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What has taken the place of what.
 */
export interface SwapResponse {
  /**
   * The new processes.
   */
  'processes'?: (_pipeline_v1_StageProcess)[];
  /**
   * The event from which the run has gone on.
   */
  'event'?: (number | string | Long);
}

/**
 * What has taken the place of what.
 */
export interface SwapResponse__Output {
  /**
   * The new processes.
   */
  'processes': (_pipeline_v1_StageProcess__Output)[];
  /**
   * The event from which the run has gone on.
   */
  'event': (number);
}
