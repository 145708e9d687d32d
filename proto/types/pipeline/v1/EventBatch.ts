// Original file: pipeline/v1/pipeline.proto

import type { Opening as _pipeline_v1_Opening, Opening__Output as _pipeline_v1_Opening__Output } from '../../pipeline/v1/Opening.ts';
import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from '../../pipeline/v1/Position.ts';
import type { Column as _pipeline_v1_Column, Column__Output as _pipeline_v1_Column__Output } from '../../pipeline/v1/Column.ts';
import type { ValueColumn as _pipeline_v1_ValueColumn, ValueColumn__Output as _pipeline_v1_ValueColumn__Output } from '../../pipeline/v1/ValueColumn.ts';
import type { TagColumn as _pipeline_v1_TagColumn, TagColumn__Output as _pipeline_v1_TagColumn__Output } from '../../pipeline/v1/TagColumn.ts';
import type { WorkItem as _pipeline_v1_WorkItem, WorkItem__Output as _pipeline_v1_WorkItem__Output } from '../../pipeline/v1/WorkItem.ts';
import type { Reject as _pipeline_v1_Reject, Reject__Output as _pipeline_v1_Reject__Output } from '../../pipeline/v1/Reject.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Consecutive events as columns: row i of each column belongs to event i.
 * parse → rules → aggregate
 */
export interface EventBatch {
  /**
   * Set on the stream's first message only, which carries nothing else.
   */
  'opening'?: (_pipeline_v1_Opening | null);
  /**
   * Where the batch begins: the end of the batch before it.
   */
  'begin'?: (_pipeline_v1_Position | null);
  /**
   * Where it ends. end.event - begin.event = rows + filtered + rejects.
   */
  'end'?: (_pipeline_v1_Position | null);
  /**
   * How many events it has.
   */
  'rows'?: (number);
  /**
   * One for each of Schema.keys. The dictionary is empty where the key is
   * one_of: the index is one into those.
   */
  'keys'?: (_pipeline_v1_Column)[];
  /**
   * One for each of Schema.values.
   */
  'values'?: (_pipeline_v1_ValueColumn)[];
  /**
   * One for each of Resume.fields. parse → rules only.
   */
  'columns'?: (_pipeline_v1_Column)[];
  /**
   * One for each of Opening.tags. rules → aggregate only.
   */
  'tags'?: (_pipeline_v1_TagColumn)[];
  /**
   * The work items of the batch, by ascending row. parse → rules only.
   */
  'work'?: (_pipeline_v1_WorkItem)[];
  /**
   * The rows that carry a score, ascending. rules → aggregate only.
   */
  'scoreRow'?: (number)[];
  /**
   * The score of each of those rows. rules → aggregate only.
   */
  'score'?: (number | string)[];
  /**
   * How many events of the batch the rules dropped.
   */
  'filtered'?: (number | string | Long);
  /**
   * The lines of the batch that are not events, in order.
   */
  'rejects'?: (_pipeline_v1_Reject)[];
  /**
   * As in RawBatch.
   */
  'sync'?: (boolean);
  /**
   * As in RawBatch, of the events.
   */
  'firstMs'?: (number | string);
  'lastMs'?: (number | string);
  /**
   * How many values of the batch had a fraction, which is cut; absent for none.
   */
  'fractionsCut'?: (number | string | Long);
  /**
   * Each event's time in milliseconds since 1970. Set where there are windows.
   */
  'timeMs'?: (number | string)[];
  /**
   * Each event's line, counted from begin.line: 1 is the next one. Set where an
   * event can be late.
   */
  'line'?: (number)[];
  /**
   * Where each event's line begins, counted from begin.offset. Likewise.
   */
  'lineOffset'?: (number)[];
  '_firstMs'?: "firstMs";
  '_lastMs'?: "lastMs";
  '_fractionsCut'?: "fractionsCut";
}

/**
 * Consecutive events as columns: row i of each column belongs to event i.
 * parse → rules → aggregate
 */
export interface EventBatch__Output {
  /**
   * Set on the stream's first message only, which carries nothing else.
   */
  'opening': (_pipeline_v1_Opening__Output | null);
  /**
   * Where the batch begins: the end of the batch before it.
   */
  'begin': (_pipeline_v1_Position__Output | null);
  /**
   * Where it ends. end.event - begin.event = rows + filtered + rejects.
   */
  'end': (_pipeline_v1_Position__Output | null);
  /**
   * How many events it has.
   */
  'rows': (number);
  /**
   * One for each of Schema.keys. The dictionary is empty where the key is
   * one_of: the index is one into those.
   */
  'keys': (_pipeline_v1_Column__Output)[];
  /**
   * One for each of Schema.values.
   */
  'values': (_pipeline_v1_ValueColumn__Output)[];
  /**
   * One for each of Resume.fields. parse → rules only.
   */
  'columns': (_pipeline_v1_Column__Output)[];
  /**
   * One for each of Opening.tags. rules → aggregate only.
   */
  'tags': (_pipeline_v1_TagColumn__Output)[];
  /**
   * The work items of the batch, by ascending row. parse → rules only.
   */
  'work': (_pipeline_v1_WorkItem__Output)[];
  /**
   * The rows that carry a score, ascending. rules → aggregate only.
   */
  'scoreRow': (number)[];
  /**
   * The score of each of those rows. rules → aggregate only.
   */
  'score': (number)[];
  /**
   * How many events of the batch the rules dropped.
   */
  'filtered': (number);
  /**
   * The lines of the batch that are not events, in order.
   */
  'rejects': (_pipeline_v1_Reject__Output)[];
  /**
   * As in RawBatch.
   */
  'sync': (boolean);
  /**
   * As in RawBatch, of the events.
   */
  'firstMs'?: (number);
  'lastMs'?: (number);
  /**
   * How many values of the batch had a fraction, which is cut; absent for none.
   */
  'fractionsCut'?: (number);
  /**
   * Each event's time in milliseconds since 1970. Set where there are windows.
   */
  'timeMs': (number)[];
  /**
   * Each event's line, counted from begin.line: 1 is the next one. Set where an
   * event can be late.
   */
  'line': (number)[];
  /**
   * Where each event's line begins, counted from begin.offset. Likewise.
   */
  'lineOffset': (number)[];
  '_firstMs'?: "firstMs";
  '_lastMs'?: "lastMs";
  '_fractionsCut'?: "fractionsCut";
}
