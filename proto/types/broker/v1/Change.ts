// Original file: broker/v1/broker.proto

import type { Entry as _broker_v1_Entry, Entry__Output as _broker_v1_Entry__Output } from '../../broker/v1/Entry.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One change.
 */
export interface Change {
  /**
   * Number of this change in its epoch.
   */
  'revision'?: (number | string | Long);
  /**
   * The entry that was added, or that replaces the one with its service and
   * instance.
   */
  'put'?: (_broker_v1_Entry | null);
  /**
   * The entry that was removed, as it was last.
   */
  'removed'?: (_broker_v1_Entry | null);
  'what'?: "put"|"removed";
}

/**
 * One change.
 */
export interface Change__Output {
  /**
   * Number of this change in its epoch.
   */
  'revision': (number);
  /**
   * The entry that was added, or that replaces the one with its service and
   * instance.
   */
  'put'?: (_broker_v1_Entry__Output | null);
  /**
   * The entry that was removed, as it was last.
   */
  'removed'?: (_broker_v1_Entry__Output | null);
  'what'?: "put"|"removed";
}
