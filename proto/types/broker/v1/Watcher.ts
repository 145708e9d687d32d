// Original file: broker/v1/broker.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One call of Watch.
 */
export interface Watcher {
  /**
   * The only service that it follows; empty for all.
   */
  'service'?: (string);
  /**
   * What it calls itself: the metadata "denizen-service" of its call, printable
   * ASCII of at most 128 bytes. Empty if there is none, or another.
   */
  'name'?: (string);
  /**
   * Where its connection comes from.
   */
  'address'?: (string);
  /**
   * Since when, as Unix time in milliseconds.
   */
  'sinceMs'?: (number | string | Long);
}

/**
 * One call of Watch.
 */
export interface Watcher__Output {
  /**
   * The only service that it follows; empty for all.
   */
  'service': (string);
  /**
   * What it calls itself: the metadata "denizen-service" of its call, printable
   * ASCII of at most 128 bytes. Empty if there is none, or another.
   */
  'name': (string);
  /**
   * Where its connection comes from.
   */
  'address': (string);
  /**
   * Since when, as Unix time in milliseconds.
   */
  'sinceMs': (number);
}
