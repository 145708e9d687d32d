// Original file: supervisor/v1/supervisor.proto


export interface ShutdownResponse {
  /**
   * Process id of the supervisor, which is about to end.
   */
  'supervisorPid'?: (number);
}

export interface ShutdownResponse__Output {
  /**
   * Process id of the supervisor, which is about to end.
   */
  'supervisorPid': (number);
}
