// Original file: pipeline/v1/pipeline.proto

import type { TimeField as _pipeline_v1_TimeField, TimeField__Output as _pipeline_v1_TimeField__Output } from '../../pipeline/v1/TimeField.ts';
import type { KeyField as _pipeline_v1_KeyField, KeyField__Output as _pipeline_v1_KeyField__Output } from '../../pipeline/v1/KeyField.ts';
import type { ValueField as _pipeline_v1_ValueField, ValueField__Output as _pipeline_v1_ValueField__Output } from '../../pipeline/v1/ValueField.ts';
import type { RequiredField as _pipeline_v1_RequiredField, RequiredField__Output as _pipeline_v1_RequiredField__Output } from '../../pipeline/v1/RequiredField.ts';
import type { Windows as _pipeline_v1_Windows, Windows__Output as _pipeline_v1_Windows__Output } from '../../pipeline/v1/Windows.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What the events of a run are.
 */
export interface Schema {
  /**
   * When an event was; absent where nothing asks for it.
   */
  'time'?: (_pipeline_v1_TimeField | null);
  /**
   * What makes a group. EventBatch.keys and Result.key are in this order.
   */
  'keys'?: (_pipeline_v1_KeyField)[];
  /**
   * What is computed for each group. EventBatch.values and Result.values are in
   * this order.
   */
  'values'?: (_pipeline_v1_ValueField)[];
  /**
   * What an event must have besides, or it is a reject; checked in this order,
   * after the time and the keys and before the values.
   */
  'required'?: (_pipeline_v1_RequiredField)[];
  /**
   * How many groups there may be at once.
   */
  'maxGroups'?: (number | string | Long);
  /**
   * Puts the events of groups beyond max_groups into one group; without it they
   * end the run.
   */
  'other'?: (boolean);
  /**
   * The shape that is built in: {ts, type, user, value}, with work items.
   */
  'builtIn'?: (boolean);
  /**
   * Groups are by window of the event's time too; absent for no windows.
   */
  'windows'?: (_pipeline_v1_Windows | null);
}

/**
 * What the events of a run are.
 */
export interface Schema__Output {
  /**
   * When an event was; absent where nothing asks for it.
   */
  'time': (_pipeline_v1_TimeField__Output | null);
  /**
   * What makes a group. EventBatch.keys and Result.key are in this order.
   */
  'keys': (_pipeline_v1_KeyField__Output)[];
  /**
   * What is computed for each group. EventBatch.values and Result.values are in
   * this order.
   */
  'values': (_pipeline_v1_ValueField__Output)[];
  /**
   * What an event must have besides, or it is a reject; checked in this order,
   * after the time and the keys and before the values.
   */
  'required': (_pipeline_v1_RequiredField__Output)[];
  /**
   * How many groups there may be at once.
   */
  'maxGroups': (number);
  /**
   * Puts the events of groups beyond max_groups into one group; without it they
   * end the run.
   */
  'other': (boolean);
  /**
   * The shape that is built in: {ts, type, user, value}, with work items.
   */
  'builtIn': (boolean);
  /**
   * Groups are by window of the event's time too; absent for no windows.
   */
  'windows': (_pipeline_v1_Windows__Output | null);
}
