// Original file: broker/v1/broker.proto

import type { Entry as _broker_v1_Entry, Entry__Output as _broker_v1_Entry__Output } from '../../broker/v1/Entry.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Instances of one service; at least one on the first page.
 */
export interface ResolveResponse {
  /**
   * Names this run of the broker.
   */
  'epoch'?: (string);
  /**
   * Number of changes that the answer takes account of.
   */
  'revision'?: (number | string | Long);
  /**
   * The instances, in order of their names.
   */
  'entries'?: (_broker_v1_Entry)[];
  /**
   * As in ListResponse.
   */
  'nextPageToken'?: (string);
}

/**
 * Instances of one service; at least one on the first page.
 */
export interface ResolveResponse__Output {
  /**
   * Names this run of the broker.
   */
  'epoch': (string);
  /**
   * Number of changes that the answer takes account of.
   */
  'revision': (number);
  /**
   * The instances, in order of their names.
   */
  'entries': (_broker_v1_Entry__Output)[];
  /**
   * As in ListResponse.
   */
  'nextPageToken': (string);
}
