/**
 * What a topic offers to those who look at it.
 *
 * Each feed adds its messages to the ring by itself, and says here how things
 * stand. Both happen without a pause in between, so that nobody misses what
 * comes between the one and the other.
 *
 * @module
 */

import type { Messages, Topic } from "../wire.ts";

/** What is known of one topic. */
export interface Feed<T extends Topic> {
  /**
   * Says how things stand: what all messages up to the last one come to.
   *
   * @param scope The part that is asked for; "" is the whole.
   */
  snapshot(scope: string): Messages[T];
  /** Told that somebody looks, until disposed. @default {it need not know} */
  watch?(scope: string): Disposable;
  /**
   * True where all messages after a place were added for this scope, too.
   *
   * @default {always}
   */
  isWholeSince?(sequence: number, scope: string): boolean;
}

/** A feed for each topic. */
export type Feeds = { [T in Topic]: Feed<T> };
