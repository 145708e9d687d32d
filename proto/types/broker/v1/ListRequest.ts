// Original file: broker/v1/broker.proto


/**
 * Asks for one page of everything.
 */
export interface ListRequest {
  /**
   * The most entries that the caller wants. The server may return fewer, and
   * never returns more than fit into 1 MiB. 0: the server's choice.
   * INVALID_ARGUMENT if it is negative.
   */
  'pageSize'?: (number);
  /**
   * A page token from the previous answer, to get the next page; empty for the
   * first one. INVALID_ARGUMENT if it is no token of the same method and service;
   * ABORTED if it is of a broker that has restarted since: begin again with the
   * first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for one page of everything.
 */
export interface ListRequest__Output {
  /**
   * The most entries that the caller wants. The server may return fewer, and
   * never returns more than fit into 1 MiB. 0: the server's choice.
   * INVALID_ARGUMENT if it is negative.
   */
  'pageSize': (number);
  /**
   * A page token from the previous answer, to get the next page; empty for the
   * first one. INVALID_ARGUMENT if it is no token of the same method and service;
   * ABORTED if it is of a broker that has restarted since: begin again with the
   * first page.
   */
  'pageToken': (string);
}
