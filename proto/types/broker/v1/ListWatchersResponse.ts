// Original file: broker/v1/broker.proto

import type { Watcher as _broker_v1_Watcher, Watcher__Output as _broker_v1_Watcher__Output } from '../../broker/v1/Watcher.ts';

/**
 * Those who follow the entries.
 */
export interface ListWatchersResponse {
  /**
   * The oldest first; at most 2,000 of them.
   */
  'watchers'?: (_broker_v1_Watcher)[];
  /**
   * How many there are in all.
   */
  'total'?: (number);
}

/**
 * Those who follow the entries.
 */
export interface ListWatchersResponse__Output {
  /**
   * The oldest first; at most 2,000 of them.
   */
  'watchers': (_broker_v1_Watcher__Output)[];
  /**
   * How many there are in all.
   */
  'total': (number);
}
