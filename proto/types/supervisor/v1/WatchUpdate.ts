// Original file: supervisor/v1/supervisor.proto

import type { WatchItem as _supervisor_v1_WatchItem, WatchItem__Output as _supervisor_v1_WatchItem__Output } from '../../supervisor/v1/WatchItem.ts';
import type { Service as _supervisor_v1_Service, Service__Output as _supervisor_v1_Service__Output } from '../../supervisor/v1/Service.ts';

/**
 * What has come since the last one.
 */
export interface WatchUpdate {
  /**
   * Oldest first.
   */
  'items'?: (_supervisor_v1_WatchItem)[];
  /**
   * All that are watched, in the order of the config file, where one of them may
   * have changed; without what they use. Empty: nothing has changed.
   */
  'services'?: (_supervisor_v1_Service)[];
}

/**
 * What has come since the last one.
 */
export interface WatchUpdate__Output {
  /**
   * Oldest first.
   */
  'items': (_supervisor_v1_WatchItem__Output)[];
  /**
   * All that are watched, in the order of the config file, where one of them may
   * have changed; without what they use. Empty: nothing has changed.
   */
  'services': (_supervisor_v1_Service__Output)[];
}
