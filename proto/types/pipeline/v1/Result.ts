// Original file: pipeline/v1/pipeline.proto

import type { Figures as _pipeline_v1_Figures, Figures__Output as _pipeline_v1_Figures__Output } from '../../pipeline/v1/Figures.ts';
import type { TagCount as _pipeline_v1_TagCount, TagCount__Output as _pipeline_v1_TagCount__Output } from '../../pipeline/v1/TagCount.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * The aggregate of one group.
 */
export interface Result {
  /**
   * The key, each field as JSON. Empty for the group of those that were too
   * many: see Schema.other.
   */
  'key'?: (string)[];
  /**
   * Number of events.
   */
  'count'?: (number | string | Long);
  /**
   * One for each of Schema.values.
   */
  'values'?: (_pipeline_v1_Figures)[];
  /**
   * How often each tag had each value.
   */
  'tags'?: (_pipeline_v1_TagCount)[];
  /**
   * Where its window begins, in milliseconds since 1970; absent for no windows.
   */
  'windowMs'?: (number | string);
  '_windowMs'?: "windowMs";
}

/**
 * The aggregate of one group.
 */
export interface Result__Output {
  /**
   * The key, each field as JSON. Empty for the group of those that were too
   * many: see Schema.other.
   */
  'key': (string)[];
  /**
   * Number of events.
   */
  'count': (number);
  /**
   * One for each of Schema.values.
   */
  'values': (_pipeline_v1_Figures__Output)[];
  /**
   * How often each tag had each value.
   */
  'tags': (_pipeline_v1_TagCount__Output)[];
  /**
   * Where its window begins, in milliseconds since 1970; absent for no windows.
   */
  'windowMs'?: (number);
  '_windowMs'?: "windowMs";
}
