// Original file: pipeline/v1/run.proto

import type { StageLook as _pipeline_v1_StageLook, StageLook__Output as _pipeline_v1_StageLook__Output } from '../../pipeline/v1/StageLook.ts';

/**
 * How the stages stood at one time.
 */
export interface RunLook {
  /**
   * When, in milliseconds since 1970.
   */
  'timeMs'?: (number | string);
  /**
   * One for each process that tells.
   */
  'stages'?: (_pipeline_v1_StageLook)[];
}

/**
 * How the stages stood at one time.
 */
export interface RunLook__Output {
  /**
   * When, in milliseconds since 1970.
   */
  'timeMs': (number);
  /**
   * One for each process that tells.
   */
  'stages': (_pipeline_v1_StageLook__Output)[];
}
