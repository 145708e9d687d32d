// Original file: pipeline/v1/run.proto

import type { RunEventKind as _pipeline_v1_RunEventKind, RunEventKind__Output as _pipeline_v1_RunEventKind__Output } from '../../pipeline/v1/RunEventKind.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Something that has happened.
 */
export interface RunEvent {
  /**
   * Counted from 1; a gap is what a slow reader has missed.
   */
  'sequence'?: (number | string | Long);
  /**
   * When, in milliseconds since 1970.
   */
  'timeMs'?: (number | string);
  /**
   * What, as a sentence.
   */
  'message'?: (string);
  /**
   * What kind of thing it is.
   */
  'kind'?: (_pipeline_v1_RunEventKind);
}

/**
 * Something that has happened.
 */
export interface RunEvent__Output {
  /**
   * Counted from 1; a gap is what a slow reader has missed.
   */
  'sequence': (number);
  /**
   * When, in milliseconds since 1970.
   */
  'timeMs': (number);
  /**
   * What, as a sentence.
   */
  'message': (string);
  /**
   * What kind of thing it is.
   */
  'kind': (_pipeline_v1_RunEventKind__Output);
}
