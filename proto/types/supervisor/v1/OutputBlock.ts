// Original file: supervisor/v1/supervisor.proto

import type { Long } from '@grpc/proto-loader';

// Original file: supervisor/v1/supervisor.proto

export const _supervisor_v1_OutputBlock_Stream = {
  STREAM_UNSPECIFIED: 'STREAM_UNSPECIFIED',
  STDOUT: 'STDOUT',
  STDERR: 'STDERR',
} as const;

export type _supervisor_v1_OutputBlock_Stream =
  | 'STREAM_UNSPECIFIED'
  | 0
  | 'STDOUT'
  | 1
  | 'STDERR'
  | 2

export type _supervisor_v1_OutputBlock_Stream__Output = typeof _supervisor_v1_OutputBlock_Stream[keyof typeof _supervisor_v1_OutputBlock_Stream]

/**
 * What a service has written.
 */
export interface OutputBlock {
  /**
   * The unique name of the service or replica; "supervisor" for the
   * supervisor's own words.
   */
  'name'?: (string);
  'stream'?: (_supervisor_v1_OutputBlock_Stream);
  /**
   * Whole lines, each ending with a line feed; or a text without one, with
   * which the next block of the same stream goes on.
   */
  'text'?: (string);
  /**
   * When it was read, in Unix milliseconds.
   */
  'timeMs'?: (number | string | Long);
  /**
   * How many lines of the service before it were dropped, since the reader was
   * too slow.
   */
  'lostLines'?: (number | string | Long);
}

/**
 * What a service has written.
 */
export interface OutputBlock__Output {
  /**
   * The unique name of the service or replica; "supervisor" for the
   * supervisor's own words.
   */
  'name': (string);
  'stream': (_supervisor_v1_OutputBlock_Stream__Output);
  /**
   * Whole lines, each ending with a line feed; or a text without one, with
   * which the next block of the same stream goes on.
   */
  'text': (string);
  /**
   * When it was read, in Unix milliseconds.
   */
  'timeMs': (number);
  /**
   * How many lines of the service before it were dropped, since the reader was
   * too slow.
   */
  'lostLines': (number);
}
