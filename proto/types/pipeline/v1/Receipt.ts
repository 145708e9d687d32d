// Original file: pipeline/v1/pipeline.proto

import type { Resume as _pipeline_v1_Resume, Resume__Output as _pipeline_v1_Resume__Output } from '../../pipeline/v1/Resume.ts';
import type { Credit as _pipeline_v1_Credit, Credit__Output as _pipeline_v1_Credit__Output } from '../../pipeline/v1/Credit.ts';
import type { Committed as _pipeline_v1_Committed, Committed__Output as _pipeline_v1_Committed__Output } from '../../pipeline/v1/Committed.ts';
import type { StageReport as _pipeline_v1_StageReport, StageReport__Output as _pipeline_v1_StageReport__Output } from '../../pipeline/v1/StageReport.ts';
import type { Totals as _pipeline_v1_Totals, Totals__Output as _pipeline_v1_Totals__Output } from '../../pipeline/v1/Totals.ts';
import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from '../../pipeline/v1/Position.ts';

/**
 * What a receiver says back to its sender.
 */
export interface Receipt {
  /**
   * First, and once: where to send from.
   */
  'resume'?: (_pipeline_v1_Resume | null);
  /**
   * Batches that have been dealt with and no longer fill the window.
   */
  'credit'?: (_pipeline_v1_Credit | null);
  /**
   * What is safe: the sender may forget it.
   */
  'committed'?: (_pipeline_v1_Committed | null);
  /**
   * Last: the receiver's own report, then those of the stages behind it.
   */
  'report'?: (_pipeline_v1_StageReport | null);
  /**
   * Once, after the last batch: what became of all events.
   */
  'totals'?: (_pipeline_v1_Totals | null);
  /**
   * The results of that position have been dealt with, which ResultBatch.interim
   * has asked for: they are written, or left out. Set by sink only.
   */
  'written'?: (_pipeline_v1_Position | null);
  'kind'?: "resume"|"credit"|"committed"|"totals"|"report"|"written";
}

/**
 * What a receiver says back to its sender.
 */
export interface Receipt__Output {
  /**
   * First, and once: where to send from.
   */
  'resume'?: (_pipeline_v1_Resume__Output | null);
  /**
   * Batches that have been dealt with and no longer fill the window.
   */
  'credit'?: (_pipeline_v1_Credit__Output | null);
  /**
   * What is safe: the sender may forget it.
   */
  'committed'?: (_pipeline_v1_Committed__Output | null);
  /**
   * Last: the receiver's own report, then those of the stages behind it.
   */
  'report'?: (_pipeline_v1_StageReport__Output | null);
  /**
   * Once, after the last batch: what became of all events.
   */
  'totals'?: (_pipeline_v1_Totals__Output | null);
  /**
   * The results of that position have been dealt with, which ResultBatch.interim
   * has asked for: they are written, or left out. Set by sink only.
   */
  'written'?: (_pipeline_v1_Position__Output | null);
  'kind'?: "resume"|"credit"|"committed"|"totals"|"report"|"written";
}
