// Original file: supervisor/v1/supervisor.proto


export interface WatchRequest {
  /**
   * Services or single replicas. Empty: all. The supervisor's own words come in
   * any case.
   */
  'names'?: (string)[];
  /**
   * Leaves out what is known already.
   */
  'newOnly'?: (boolean);
}

export interface WatchRequest__Output {
  /**
   * Services or single replicas. Empty: all. The supervisor's own words come in
   * any case.
   */
  'names': (string)[];
  /**
   * Leaves out what is known already.
   */
  'newOnly': (boolean);
}
