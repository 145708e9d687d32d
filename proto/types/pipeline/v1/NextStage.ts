// Original file: pipeline/v1/pipeline.proto


/**
 * Where a stage is.
 */
export interface NextStage {
  /**
   * The address of each of its processes, as HOST:PORT.
   */
  'addresses'?: (string)[];
}

/**
 * Where a stage is.
 */
export interface NextStage__Output {
  /**
   * The address of each of its processes, as HOST:PORT.
   */
  'addresses': (string)[];
}
