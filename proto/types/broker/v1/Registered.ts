// Original file: broker/v1/broker.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Says that one entry has been added.
 */
export interface Registered {
  /**
   * Names this run of the broker. Another epoch means that it has restarted and
   * that revisions began anew.
   */
  'epoch'?: (string);
  /**
   * Number of changes up to and with this one, in this epoch.
   */
  'revision'?: (number | string | Long);
  /**
   * The instance that was added.
   */
  'instance'?: (string);
}

/**
 * Says that one entry has been added.
 */
export interface Registered__Output {
  /**
   * Names this run of the broker. Another epoch means that it has restarted and
   * that revisions began anew.
   */
  'epoch': (string);
  /**
   * Number of changes up to and with this one, in this epoch.
   */
  'revision': (number);
  /**
   * The instance that was added.
   */
  'instance': (string);
}
