// Original file: supervisor/v1/supervisor.proto


export interface ChangeRequest {
  /**
   * Services or single replicas. Empty: all that the supervisor was started
   * with.
   */
  'names'?: (string)[];
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs'?: (number);
}

export interface ChangeRequest__Output {
  /**
   * Services or single replicas. Empty: all that the supervisor was started
   * with.
   */
  'names': (string)[];
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs': (number);
}
