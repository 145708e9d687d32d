// Original file: broker/v1/broker.proto

import type { Snapshot as _broker_v1_Snapshot, Snapshot__Output as _broker_v1_Snapshot__Output } from '../../broker/v1/Snapshot.ts';
import type { Changes as _broker_v1_Changes, Changes__Output as _broker_v1_Changes__Output } from '../../broker/v1/Changes.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What has happened since the last update.
 */
export interface WatchUpdate {
  /**
   * Names this run of the broker.
   */
  'epoch'?: (string);
  /**
   * Number of changes that this update takes account of.
   */
  'revision'?: (number | string | Long);
  /**
   * Everything there is, or a part of it; takes the place of all that was
   * known once its last part is there.
   */
  'snapshot'?: (_broker_v1_Snapshot | null);
  /**
   * What is different since the last update.
   */
  'changes'?: (_broker_v1_Changes | null);
  'news'?: "snapshot"|"changes";
}

/**
 * What has happened since the last update.
 */
export interface WatchUpdate__Output {
  /**
   * Names this run of the broker.
   */
  'epoch': (string);
  /**
   * Number of changes that this update takes account of.
   */
  'revision': (number);
  /**
   * Everything there is, or a part of it; takes the place of all that was
   * known once its last part is there.
   */
  'snapshot'?: (_broker_v1_Snapshot__Output | null);
  /**
   * What is different since the last update.
   */
  'changes'?: (_broker_v1_Changes__Output | null);
  'news'?: "snapshot"|"changes";
}
