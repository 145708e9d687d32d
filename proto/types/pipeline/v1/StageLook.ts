// Original file: pipeline/v1/run.proto

import type { Latency as _pipeline_v1_Latency, Latency__Output as _pipeline_v1_Latency__Output } from '../../pipeline/v1/Latency.ts';
import type { Result as _pipeline_v1_Result, Result__Output as _pipeline_v1_Result__Output } from '../../pipeline/v1/Result.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * How one process of a stage stands, as far as it tells.
 */
export interface StageLook {
  /**
   * Unique: "rules", or "parse.2" where there are several.
   */
  'name'?: (string);
  /**
   * When, in milliseconds since 1970.
   */
  'timeMs'?: (number | string);
  /**
   * Events it has taken since its process or the last recovery began.
   */
  'events'?: (number | string | Long);
  /**
   * Its own work since then, in milliseconds.
   */
  'ownMs'?: (number | string);
  /**
   * Sending and receiving, in milliseconds.
   */
  'ipcMs'?: (number | string);
  /**
   * Waiting for the stage before it or for the one after it, in milliseconds.
   */
  'waitMs'?: (number | string);
  /**
   * Events that were sent to the next stage and not answered yet.
   */
  'onItsWay'?: (number | string | Long);
  /**
   * Events in the batches that it sends now.
   */
  'batch'?: (number);
  /**
   * From sending a batch to its answer.
   */
  'latency'?: (_pipeline_v1_Latency | null);
  /**
   * How many lines or events it has rejected, by reason.
   */
  'rejects'?: ({[key: string]: number | string | Long});
  /**
   * Of aggregate: how the results stand; at most 50 groups of `groups`.
   */
  'results'?: (_pipeline_v1_Result)[];
  'groups'?: (number | string | Long);
  '_events'?: "events";
  '_ownMs'?: "ownMs";
  '_ipcMs'?: "ipcMs";
  '_waitMs'?: "waitMs";
  '_onItsWay'?: "onItsWay";
  '_batch'?: "batch";
}

/**
 * How one process of a stage stands, as far as it tells.
 */
export interface StageLook__Output {
  /**
   * Unique: "rules", or "parse.2" where there are several.
   */
  'name': (string);
  /**
   * When, in milliseconds since 1970.
   */
  'timeMs': (number);
  /**
   * Events it has taken since its process or the last recovery began.
   */
  'events'?: (number);
  /**
   * Its own work since then, in milliseconds.
   */
  'ownMs'?: (number);
  /**
   * Sending and receiving, in milliseconds.
   */
  'ipcMs'?: (number);
  /**
   * Waiting for the stage before it or for the one after it, in milliseconds.
   */
  'waitMs'?: (number);
  /**
   * Events that were sent to the next stage and not answered yet.
   */
  'onItsWay'?: (number);
  /**
   * Events in the batches that it sends now.
   */
  'batch'?: (number);
  /**
   * From sending a batch to its answer.
   */
  'latency': (_pipeline_v1_Latency__Output | null);
  /**
   * How many lines or events it has rejected, by reason.
   */
  'rejects': ({[key: string]: number});
  /**
   * Of aggregate: how the results stand; at most 50 groups of `groups`.
   */
  'results': (_pipeline_v1_Result__Output)[];
  'groups': (number);
  '_events'?: "events";
  '_ownMs'?: "ownMs";
  '_ipcMs'?: "ipcMs";
  '_waitMs'?: "waitMs";
  '_onItsWay'?: "onItsWay";
  '_batch'?: "batch";
}
