// Original file: pipeline/v1/pipeline.proto

import type { Progress as _pipeline_v1_Progress, Progress__Output as _pipeline_v1_Progress__Output } from '../../pipeline/v1/Progress.ts';

/**
 * How a run broke.
 */
export interface Broken {
  /**
   * What the call would have failed with, as a gRPC status code.
   */
  'code'?: (number);
  /**
   * Why, in words.
   */
  'message'?: (string);
  /**
   * How far the run was.
   */
  'at'?: (_pipeline_v1_Progress | null);
}

/**
 * How a run broke.
 */
export interface Broken__Output {
  /**
   * What the call would have failed with, as a gRPC status code.
   */
  'code': (number);
  /**
   * Why, in words.
   */
  'message': (string);
  /**
   * How far the run was.
   */
  'at': (_pipeline_v1_Progress__Output | null);
}
