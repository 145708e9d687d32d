// Original file: pipeline/v1/pipeline.proto

import type { Opening as _pipeline_v1_Opening, Opening__Output as _pipeline_v1_Opening__Output } from '../../pipeline/v1/Opening.ts';
import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from '../../pipeline/v1/Position.ts';
import type { Reject as _pipeline_v1_Reject, Reject__Output as _pipeline_v1_Reject__Output } from '../../pipeline/v1/Reject.ts';
import type { Outcome as _pipeline_v1_Outcome, Outcome__Output as _pipeline_v1_Outcome__Output } from '../../pipeline/v1/Outcome.ts';
import type { Result as _pipeline_v1_Result, Result__Output as _pipeline_v1_Result__Output } from '../../pipeline/v1/Result.ts';
import type { Interim as _pipeline_v1_Interim, Interim__Output as _pipeline_v1_Interim__Output } from '../../pipeline/v1/Interim.ts';

/**
 * What aggregate hands to sink: rejects as they come, results at the end, and
 * where they are wanted before, those of a moment.
 */
export interface ResultBatch {
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
   * The rejects between begin and end.
   */
  'rejects'?: (_pipeline_v1_Reject)[];
  /**
   * The outcome. Set on the last message only; the sink then commits.
   */
  'outcome'?: (_pipeline_v1_Outcome | null);
  /**
   * Asks the sink to make the rejects so far safe, and to say so by
   * Receipt.committed.
   */
  'sync'?: (boolean);
  /**
   * Results, by key, each once; all of them come before the outcome. Those of
   * closed windows come first.
   */
  'results'?: (_pipeline_v1_Result)[];
  /**
   * Ends the results of a moment, which is `end`: the sink writes them, and
   * answers by Receipt.written. The next such results are not begun before it has.
   */
  'interim'?: (_pipeline_v1_Interim | null);
}

/**
 * What aggregate hands to sink: rejects as they come, results at the end, and
 * where they are wanted before, those of a moment.
 */
export interface ResultBatch__Output {
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
   * The rejects between begin and end.
   */
  'rejects': (_pipeline_v1_Reject__Output)[];
  /**
   * The outcome. Set on the last message only; the sink then commits.
   */
  'outcome': (_pipeline_v1_Outcome__Output | null);
  /**
   * Asks the sink to make the rejects so far safe, and to say so by
   * Receipt.committed.
   */
  'sync': (boolean);
  /**
   * Results, by key, each once; all of them come before the outcome. Those of
   * closed windows come first.
   */
  'results': (_pipeline_v1_Result__Output)[];
  /**
   * Ends the results of a moment, which is `end`: the sink writes them, and
   * answers by Receipt.written. The next such results are not begun before it has.
   */
  'interim': (_pipeline_v1_Interim__Output | null);
}
