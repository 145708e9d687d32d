// Original file: supervisor/v1/supervisor.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchEventsRequest {
  /**
   * Only events with a higher sequence number. 0: all that are still known.
   */
  'afterSequence'?: (number | string | Long);
  /**
   * Ends the stream after the events that are known by now.
   */
  'knownOnly'?: (boolean);
}

export interface WatchEventsRequest__Output {
  /**
   * Only events with a higher sequence number. 0: all that are still known.
   */
  'afterSequence': (number);
  /**
   * Ends the stream after the events that are known by now.
   */
  'knownOnly': (boolean);
}
