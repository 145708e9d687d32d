// Original file: pipeline/v1/run.proto

import type { RunPhase as _pipeline_v1_RunPhase, RunPhase__Output as _pipeline_v1_RunPhase__Output } from '../../pipeline/v1/RunPhase.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What a run is doing, and how often it was disturbed.
 */
export interface RunStatus {
  'phase'?: (_pipeline_v1_RunPhase);
  /**
   * How often the chain was opened anew after a break.
   */
  'recoveries'?: (number);
  /**
   * How often the processes of a stage were exchanged.
   */
  'swaps'?: (number);
  /**
   * The event that the run began at: 0, but where another was gone on with.
   */
  'fromEvent'?: (number | string | Long);
}

/**
 * What a run is doing, and how often it was disturbed.
 */
export interface RunStatus__Output {
  'phase': (_pipeline_v1_RunPhase__Output);
  /**
   * How often the chain was opened anew after a break.
   */
  'recoveries': (number);
  /**
   * How often the processes of a stage were exchanged.
   */
  'swaps': (number);
  /**
   * The event that the run began at: 0, but where another was gone on with.
   */
  'fromEvent': (number);
}
