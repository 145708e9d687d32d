// Original file: pipeline/v1/run.proto


export interface StopResponse {
  /**
   * Process id of who ends it.
   */
  'pid'?: (number);
}

export interface StopResponse__Output {
  /**
   * Process id of who ends it.
   */
  'pid': (number);
}
