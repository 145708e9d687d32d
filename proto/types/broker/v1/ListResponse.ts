// Original file: broker/v1/broker.proto

import type { Entry as _broker_v1_Entry, Entry__Output as _broker_v1_Entry__Output } from '../../broker/v1/Entry.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One page of what is registered.
 */
export interface ListResponse {
  /**
   * Names this run of the broker.
   */
  'epoch'?: (string);
  /**
   * Number of changes that the answer takes account of.
   */
  'revision'?: (number | string | Long);
  /**
   * The entries, in order of service and instance.
   */
  'entries'?: (_broker_v1_Entry)[];
  /**
   * What to send as page_token to get the next page; says nothing else. Empty
   * after the last page, and only then: a page that is short, or has no entries,
   * may have another behind it.
   */
  'nextPageToken'?: (string);
}

/**
 * One page of what is registered.
 */
export interface ListResponse__Output {
  /**
   * Names this run of the broker.
   */
  'epoch': (string);
  /**
   * Number of changes that the answer takes account of.
   */
  'revision': (number);
  /**
   * The entries, in order of service and instance.
   */
  'entries': (_broker_v1_Entry__Output)[];
  /**
   * What to send as page_token to get the next page; says nothing else. Empty
   * after the last page, and only then: a page that is short, or has no entries,
   * may have another behind it.
   */
  'nextPageToken': (string);
}
