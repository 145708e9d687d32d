// Original file: supervisor/v1/supervisor.proto

import type { Status as _supervisor_v1_Status, Status__Output as _supervisor_v1_Status__Output } from '../../supervisor/v1/Status.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A service went from one status to another.
 */
export interface Event {
  /**
   * Counts from 1 and up by 1. A gap: events that are no longer known.
   */
  'sequence'?: (number | string | Long);
  /**
   * Unix time in milliseconds.
   */
  'timeMs'?: (number | string | Long);
  'service'?: (string);
  'status'?: (_supervisor_v1_Status);
  'previous'?: (_supervisor_v1_Status);
  /**
   * Process id; absent without a process.
   */
  'pid'?: (number);
  /**
   * How often it was started again after it had ended by itself.
   */
  'restarts'?: (number);
  /**
   * What happened, for a reader.
   */
  'message'?: (string);
  '_pid'?: "pid";
}

/**
 * A service went from one status to another.
 */
export interface Event__Output {
  /**
   * Counts from 1 and up by 1. A gap: events that are no longer known.
   */
  'sequence': (number);
  /**
   * Unix time in milliseconds.
   */
  'timeMs': (number);
  'service': (string);
  'status': (_supervisor_v1_Status__Output);
  'previous': (_supervisor_v1_Status__Output);
  /**
   * Process id; absent without a process.
   */
  'pid'?: (number);
  /**
   * How often it was started again after it had ended by itself.
   */
  'restarts': (number);
  /**
   * What happened, for a reader.
   */
  'message': (string);
  '_pid'?: "pid";
}
