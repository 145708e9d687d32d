// Original file: pipeline/v1/pipeline.proto

import type { InputPart as _pipeline_v1_InputPart, InputPart__Output as _pipeline_v1_InputPart__Output } from '../../pipeline/v1/InputPart.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What an input file was at the start of the run. Ingest ends a run whose input
 * is another by now; lines that were appended are left alone.
 */
export interface InputFacts {
  /**
   * Tells the file from another of that name; absent where the system cannot.
   */
  'inode'?: (number | string);
  /**
   * In bytes: so many are read. Of a file of 0 bytes all is read.
   */
  'size'?: (number | string | Long);
  /**
   * When it was last changed, in milliseconds since 1970.
   */
  'changedMs'?: (number | string);
  /**
   * The bytes before the place that was read to.
   */
  'read'?: (_pipeline_v1_InputPart | null);
  /**
   * The first bytes, and the last.
   */
  'ends'?: (_pipeline_v1_InputPart)[];
  '_inode'?: "inode";
  '_changedMs'?: "changedMs";
}

/**
 * What an input file was at the start of the run. Ingest ends a run whose input
 * is another by now; lines that were appended are left alone.
 */
export interface InputFacts__Output {
  /**
   * Tells the file from another of that name; absent where the system cannot.
   */
  'inode'?: (number);
  /**
   * In bytes: so many are read. Of a file of 0 bytes all is read.
   */
  'size': (number);
  /**
   * When it was last changed, in milliseconds since 1970.
   */
  'changedMs'?: (number);
  /**
   * The bytes before the place that was read to.
   */
  'read': (_pipeline_v1_InputPart__Output | null);
  /**
   * The first bytes, and the last.
   */
  'ends': (_pipeline_v1_InputPart__Output)[];
  '_inode'?: "inode";
  '_changedMs'?: "changedMs";
}
