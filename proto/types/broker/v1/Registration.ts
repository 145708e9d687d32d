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
  /**
   * The version of this contract that the caller speaks: 1 and up; 0 is 1.
   */
  'protocol'?: (number);
}

/**
 * Asks for one entry to be added.
 */
export interface Registration__Output {
  /**
   * The entry; required.
   */
  'entry': (_broker_v1_Entry__Output | null);
  /**
   * The version of this contract that the caller speaks: 1 and up; 0 is 1.
   */
  'protocol': (number);
}
