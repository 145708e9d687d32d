// Original file: broker/v1/broker.proto

import type { Entry as _broker_v1_Entry, Entry__Output as _broker_v1_Entry__Output } from '../../broker/v1/Entry.ts';

/**
 * Everything that is followed, at one revision.
 */
export interface Snapshot {
  /**
   * The entries, in order of service and instance.
   */
  'entries'?: (_broker_v1_Entry)[];
}

/**
 * Everything that is followed, at one revision.
 */
export interface Snapshot__Output {
  /**
   * The entries, in order of service and instance.
   */
  'entries': (_broker_v1_Entry__Output)[];
}
