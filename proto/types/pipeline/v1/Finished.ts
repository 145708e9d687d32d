// Original file: pipeline/v1/pipeline.proto

import type { Totals as _pipeline_v1_Totals, Totals__Output as _pipeline_v1_Totals__Output } from '../../pipeline/v1/Totals.ts';
import type { StageReport as _pipeline_v1_StageReport, StageReport__Output as _pipeline_v1_StageReport__Output } from '../../pipeline/v1/StageReport.ts';

/**
 * How a run went.
 */
export interface Finished {
  /**
   * What became of the events.
   */
  'totals'?: (_pipeline_v1_Totals | null);
  /**
   * Wall time from the chain being open to the sink having committed, in
   * milliseconds.
   */
  'elapsedMs'?: (number | string);
  /**
   * One for each process, from ingest to sink.
   */
  'stages'?: (_pipeline_v1_StageReport)[];
}

/**
 * How a run went.
 */
export interface Finished__Output {
  /**
   * What became of the events.
   */
  'totals': (_pipeline_v1_Totals__Output | null);
  /**
   * Wall time from the chain being open to the sink having committed, in
   * milliseconds.
   */
  'elapsedMs': (number);
  /**
   * One for each process, from ingest to sink.
   */
  'stages': (_pipeline_v1_StageReport__Output)[];
}
