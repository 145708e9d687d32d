// Original file: pipeline/v1/run.proto

import type { ProcessState as _pipeline_v1_ProcessState, ProcessState__Output as _pipeline_v1_ProcessState__Output } from '../../pipeline/v1/ProcessState.ts';

/**
 * One process of a stage.
 */
export interface StageProcess {
  /**
   * Unique: "rules", or "parse.2" where there are several.
   */
  'name'?: (string);
  /**
   * ingest, parse, rules, aggregate or sink.
   */
  'stage'?: (string);
  /**
   * The variant's name; empty for what the stage itself runs.
   */
  'variant'?: (string);
  /**
   * Process id.
   */
  'pid'?: (number);
  /**
   * Where it serves, as HOST:PORT.
   */
  'address'?: (string);
  'state'?: (_pipeline_v1_ProcessState);
}

/**
 * One process of a stage.
 */
export interface StageProcess__Output {
  /**
   * Unique: "rules", or "parse.2" where there are several.
   */
  'name': (string);
  /**
   * ingest, parse, rules, aggregate or sink.
   */
  'stage': (string);
  /**
   * The variant's name; empty for what the stage itself runs.
   */
  'variant': (string);
  /**
   * Process id.
   */
  'pid': (number);
  /**
   * Where it serves, as HOST:PORT.
   */
  'address': (string);
  'state': (_pipeline_v1_ProcessState__Output);
}
