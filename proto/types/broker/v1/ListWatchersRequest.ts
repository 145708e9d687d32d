// Original file: broker/v1/broker.proto


/**
 * Asks who follows the entries.
 */
export interface ListWatchersRequest {
}

/**
 * Asks who follows the entries.
 */
export interface ListWatchersRequest__Output {
}
