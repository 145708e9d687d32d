// Original file: pipeline/v1/pipeline.proto

import type { Opening as _pipeline_v1_Opening, Opening__Output as _pipeline_v1_Opening__Output } from '../../pipeline/v1/Opening.ts';
import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from '../../pipeline/v1/Position.ts';
import type { Reject as _pipeline_v1_Reject, Reject__Output as _pipeline_v1_Reject__Output } from '../../pipeline/v1/Reject.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Consecutive lines, as they are in the input. ingest → parse
 */
export interface RawBatch {
  /**
   * Set on the stream's first message only, which carries nothing else.
   */
  'opening'?: (_pipeline_v1_Opening | null);
  /**
   * Where the batch begins: the end of the batch before it.
   */
  'begin'?: (_pipeline_v1_Position | null);
  /**
   * Where it ends.
   */
  'end'?: (_pipeline_v1_Position | null);
  /**
   * Offset in the input of the first byte of `lines`: begin.offset, or after
   * the byte-order mark at the start of the input.
   */
  'linesOffset'?: (number | string | Long);
  /**
   * The lines with their line ends; only the input's last may lack one.
   */
  'lines'?: (Buffer | Uint8Array | string);
  /**
   * Set when the batch ends with a line too long to carry.
   */
  'oversized'?: (_pipeline_v1_Reject | null);
  /**
   * Asks aggregate to save at once what it has after this batch, and to say so
   * by Receipt.committed.
   */
  'sync'?: (boolean);
  /**
   * When the first of the lines came, and the last, in milliseconds since 1970.
   */
  'firstMs'?: (number | string);
  'lastMs'?: (number | string);
  '_firstMs'?: "firstMs";
  '_lastMs'?: "lastMs";
}

/**
 * Consecutive lines, as they are in the input. ingest → parse
 */
export interface RawBatch__Output {
  /**
   * Set on the stream's first message only, which carries nothing else.
   */
  'opening': (_pipeline_v1_Opening__Output | null);
  /**
   * Where the batch begins: the end of the batch before it.
   */
  'begin': (_pipeline_v1_Position__Output | null);
  /**
   * Where it ends.
   */
  'end': (_pipeline_v1_Position__Output | null);
  /**
   * Offset in the input of the first byte of `lines`: begin.offset, or after
   * the byte-order mark at the start of the input.
   */
  'linesOffset': (number);
  /**
   * The lines with their line ends; only the input's last may lack one.
   */
  'lines': (Buffer);
  /**
   * Set when the batch ends with a line too long to carry.
   */
  'oversized': (_pipeline_v1_Reject__Output | null);
  /**
   * Asks aggregate to save at once what it has after this batch, and to say so
   * by Receipt.committed.
   */
  'sync': (boolean);
  /**
   * When the first of the lines came, and the last, in milliseconds since 1970.
   */
  'firstMs'?: (number);
  'lastMs'?: (number);
  '_firstMs'?: "firstMs";
  '_lastMs'?: "lastMs";
}
