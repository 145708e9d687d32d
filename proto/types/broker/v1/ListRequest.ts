// Original file: broker/v1/broker.proto


/**
 * Asks for everything.
 */
export interface ListRequest {
}

/**
 * Asks for everything.
 */
export interface ListRequest__Output {
}
