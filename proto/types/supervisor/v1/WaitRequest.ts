// Original file: supervisor/v1/supervisor.proto


export interface WaitRequest {
  /**
   * Services or single replicas. Empty: all that are to run; those that
   * somebody has stopped are not waited for.
   */
  'names'?: (string)[];
  /**
   * How long to wait, in milliseconds. 0: 60 seconds.
   */
  'waitMs'?: (number);
}

export interface WaitRequest__Output {
  /**
   * Services or single replicas. Empty: all that are to run; those that
   * somebody has stopped are not waited for.
   */
  'names': (string)[];
  /**
   * How long to wait, in milliseconds. 0: 60 seconds.
   */
  'waitMs': (number);
}
