/**
 * What a server needs that does not accept its connections itself.
 *
 * @module
 */

/** What accepts connections in place of a server, and gives them to it. */
export interface Front {
  /**
   * Accepts no more, and resolves when all connections have ended. Goes with
   * the server's `tryShutdown`, which does not wait for those of a front.
   */
  close(): Promise<void>;
  /**
   * Ends all connections at once. Goes with the server's `forceShutdown`, which
   * does not reach the sockets before a shield.
   */
  endConnections(): void;
}
