// Original file: pipeline/v1/pipeline.proto


/**
 * Which run has been given enough.
 */
export interface FinishRequest {
  /**
   * Names the run; it may be one that is yet to be asked for.
   */
  'run'?: (string);
}

/**
 * Which run has been given enough.
 */
export interface FinishRequest__Output {
  /**
   * Names the run; it may be one that is yet to be asked for.
   */
  'run': (string);
}
