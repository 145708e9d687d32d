// Original file: supervisor/v1/supervisor.proto


/**
 * Only the first one says what is watched; each asks for one more update.
 */
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

/**
 * Only the first one says what is watched; each asks for one more update.
 */
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
