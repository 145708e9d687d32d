// Original file: broker/v1/broker.proto


/**
 * Asks for the instances of a service.
 */
export interface ResolveRequest {
  /**
   * Full name of the service.
   */
  'service'?: (string);
  /**
   * As in ListRequest.
   */
  'pageSize'?: (number);
  /**
   * As in ListRequest.
   */
  'pageToken'?: (string);
}

/**
 * Asks for the instances of a service.
 */
export interface ResolveRequest__Output {
  /**
   * Full name of the service.
   */
  'service': (string);
  /**
   * As in ListRequest.
   */
  'pageSize': (number);
  /**
   * As in ListRequest.
   */
  'pageToken': (string);
}
