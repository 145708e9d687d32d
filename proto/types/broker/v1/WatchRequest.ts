// Original file: broker/v1/broker.proto


/**
 * Asks to follow the entries.
 */
export interface WatchRequest {
  /**
   * Full name of the only service to follow; empty for all.
   */
  'service'?: (string);
}

/**
 * Asks to follow the entries.
 */
export interface WatchRequest__Output {
  /**
   * Full name of the only service to follow; empty for all.
   */
  'service': (string);
}
