// Original file: pipeline/v1/run.proto

import type { Latency as _pipeline_v1_Latency, Latency__Output as _pipeline_v1_Latency__Output } from '../../pipeline/v1/Latency.ts';
import type { RejectCount as _pipeline_v1_RejectCount, RejectCount__Output as _pipeline_v1_RejectCount__Output } from '../../pipeline/v1/RejectCount.ts';
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
   * How far it has got in the input: all events before this one have come to it,
   * or were rejected or dropped before it.
   */
  'reached'?: (number | string | Long);
  /**
   * CPU time of its own work since then, in milliseconds.
   */
  'ownMs'?: (number | string);
  /**
   * All other CPU time since then: sending and receiving, in milliseconds.
   */
  'ipcMs'?: (number | string);
  /**
   * Waiting for the stage before it or for the one after it since then, in
   * milliseconds.
   */
  'waitMs'?: (number | string);
  /**
   * Events that were sent to the next stage and not answered yet; answers come
   * for many batches at once. Of aggregate: rejects and results.
   */
  'onItsWay'?: (number | string | Long);
  /**
   * Events in the batches that it sends now, on the average.
   */
  'batch'?: (number);
  /**
   * From a batch's arrival to its being passed on, as in StageReport.
   */
  'latency'?: (_pipeline_v1_Latency | null);
  /**
   * Of aggregate: how many lines and events the run has rejected, by stage and
   * reason. What is read again after a recovery counts once.
   */
  'rejects'?: (_pipeline_v1_RejectCount)[];
  /**
   * Of aggregate: how the results stand; at most 50 groups of `groups`. Where
   * there are more, the largest, or of very many the largest of the first.
   */
  'results'?: (_pipeline_v1_Result)[];
  /**
   * How many groups there are.
   */
  'groups'?: (number | string | Long);
  /**
   * When its counters began, in milliseconds since 1970: they begin anew with
   * each opening of the chain.
   */
  'sinceMs'?: (number | string);
  /**
   * Of aggregate: nothing comes any more that changes its results.
   */
  'complete'?: (boolean);
  /**
   * Of aggregate: how many events the rules of the run have dropped.
   */
  'filtered'?: (number | string | Long);
  '_reached'?: "reached";
  '_ownMs'?: "ownMs";
  '_ipcMs'?: "ipcMs";
  '_waitMs'?: "waitMs";
  '_onItsWay'?: "onItsWay";
  '_batch'?: "batch";
  '_groups'?: "groups";
  '_filtered'?: "filtered";
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
   * How far it has got in the input: all events before this one have come to it,
   * or were rejected or dropped before it.
   */
  'reached'?: (number);
  /**
   * CPU time of its own work since then, in milliseconds.
   */
  'ownMs'?: (number);
  /**
   * All other CPU time since then: sending and receiving, in milliseconds.
   */
  'ipcMs'?: (number);
  /**
   * Waiting for the stage before it or for the one after it since then, in
   * milliseconds.
   */
  'waitMs'?: (number);
  /**
   * Events that were sent to the next stage and not answered yet; answers come
   * for many batches at once. Of aggregate: rejects and results.
   */
  'onItsWay'?: (number);
  /**
   * Events in the batches that it sends now, on the average.
   */
  'batch'?: (number);
  /**
   * From a batch's arrival to its being passed on, as in StageReport.
   */
  'latency': (_pipeline_v1_Latency__Output | null);
  /**
   * Of aggregate: how many lines and events the run has rejected, by stage and
   * reason. What is read again after a recovery counts once.
   */
  'rejects': (_pipeline_v1_RejectCount__Output)[];
  /**
   * Of aggregate: how the results stand; at most 50 groups of `groups`. Where
   * there are more, the largest, or of very many the largest of the first.
   */
  'results': (_pipeline_v1_Result__Output)[];
  /**
   * How many groups there are.
   */
  'groups'?: (number);
  /**
   * When its counters began, in milliseconds since 1970: they begin anew with
   * each opening of the chain.
   */
  'sinceMs': (number);
  /**
   * Of aggregate: nothing comes any more that changes its results.
   */
  'complete': (boolean);
  /**
   * Of aggregate: how many events the rules of the run have dropped.
   */
  'filtered'?: (number);
  '_reached'?: "reached";
  '_ownMs'?: "ownMs";
  '_ipcMs'?: "ipcMs";
  '_waitMs'?: "waitMs";
  '_onItsWay'?: "onItsWay";
  '_batch'?: "batch";
  '_groups'?: "groups";
  '_filtered'?: "filtered";
}
