// Original file: broker/v1/broker.proto

import type { Entry as _broker_v1_Entry, Entry__Output as _broker_v1_Entry__Output } from '../../broker/v1/Entry.ts';

/**
 * Asks for one entry to be added.
 */
export interface Registration {
  /**
   * The entry; required.
   */
  'entry'?: (_broker_v1_Entry | null);
}

/**
 * Asks for one entry to be added.
 */
export interface Registration__Output {
  /**
   * The entry; required.
   */
  'entry': (_broker_v1_Entry__Output | null);
}
