// Original file: dashboard/v1/dashboard.proto


export interface LeaveResponse {
  /**
   * Process id of who is about to end.
   */
  'pid'?: (number);
}

export interface LeaveResponse__Output {
  /**
   * Process id of who is about to end.
   */
  'pid': (number);
}
