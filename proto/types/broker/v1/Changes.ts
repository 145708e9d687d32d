// Original file: broker/v1/broker.proto

import type { Change as _broker_v1_Change, Change__Output as _broker_v1_Change__Output } from '../../broker/v1/Change.ts';

/**
 * Some changes, in the order in which they happened.
 */
export interface Changes {
  /**
   * The changes, oldest first; at least one.
   */
  'changes'?: (_broker_v1_Change)[];
}

/**
 * Some changes, in the order in which they happened.
 */
export interface Changes__Output {
  /**
   * The changes, oldest first; at least one.
   */
  'changes': (_broker_v1_Change__Output)[];
}
