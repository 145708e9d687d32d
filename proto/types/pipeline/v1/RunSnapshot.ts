// Original file: pipeline/v1/run.proto

import type { RunStatus as _pipeline_v1_RunStatus, RunStatus__Output as _pipeline_v1_RunStatus__Output } from '../../pipeline/v1/RunStatus.ts';
import type { Progress as _pipeline_v1_Progress, Progress__Output as _pipeline_v1_Progress__Output } from '../../pipeline/v1/Progress.ts';
import type { StageProcess as _pipeline_v1_StageProcess, StageProcess__Output as _pipeline_v1_StageProcess__Output } from '../../pipeline/v1/StageProcess.ts';
import type { RunEvent as _pipeline_v1_RunEvent, RunEvent__Output as _pipeline_v1_RunEvent__Output } from '../../pipeline/v1/RunEvent.ts';
import type { Schema as _pipeline_v1_Schema, Schema__Output as _pipeline_v1_Schema__Output } from '../../pipeline/v1/Schema.ts';

/**
 * How a run is.
 */
export interface RunSnapshot {
  /**
   * Names the run.
   */
  'run'?: (string);
  /**
   * Process id of who has started the stages.
   */
  'pid'?: (number);
  'status'?: (_pipeline_v1_RunStatus | null);
  /**
   * Absent before the chain is open.
   */
  'progress'?: (_pipeline_v1_Progress | null);
  /**
   * From ingest to sink.
   */
  'processes'?: (_pipeline_v1_StageProcess)[];
  /**
   * The last of what has happened, at most 100.
   */
  'events'?: (_pipeline_v1_RunEvent)[];
  /**
   * When it began, in milliseconds since 1970.
   */
  'startedMs'?: (number | string);
  /**
   * What it reads, and where its results go, for a person.
   */
  'title'?: (string);
  /**
   * "auto", or how many events a batch has.
   */
  'batch'?: (string);
  /**
   * What the events are: it names what StageLook.results has.
   */
  'schema'?: (_pipeline_v1_Schema | null);
}

/**
 * How a run is.
 */
export interface RunSnapshot__Output {
  /**
   * Names the run.
   */
  'run': (string);
  /**
   * Process id of who has started the stages.
   */
  'pid': (number);
  'status': (_pipeline_v1_RunStatus__Output | null);
  /**
   * Absent before the chain is open.
   */
  'progress': (_pipeline_v1_Progress__Output | null);
  /**
   * From ingest to sink.
   */
  'processes': (_pipeline_v1_StageProcess__Output)[];
  /**
   * The last of what has happened, at most 100.
   */
  'events': (_pipeline_v1_RunEvent__Output)[];
  /**
   * When it began, in milliseconds since 1970.
   */
  'startedMs': (number);
  /**
   * What it reads, and where its results go, for a person.
   */
  'title': (string);
  /**
   * "auto", or how many events a batch has.
   */
  'batch': (string);
  /**
   * What the events are: it names what StageLook.results has.
   */
  'schema': (_pipeline_v1_Schema__Output | null);
}
