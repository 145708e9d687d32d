// Original file: pipeline/v1/run.proto

import type { RunSnapshot as _pipeline_v1_RunSnapshot, RunSnapshot__Output as _pipeline_v1_RunSnapshot__Output } from '../../pipeline/v1/RunSnapshot.ts';
import type { Progress as _pipeline_v1_Progress, Progress__Output as _pipeline_v1_Progress__Output } from '../../pipeline/v1/Progress.ts';
import type { RunStatus as _pipeline_v1_RunStatus, RunStatus__Output as _pipeline_v1_RunStatus__Output } from '../../pipeline/v1/RunStatus.ts';
import type { StageProcess as _pipeline_v1_StageProcess, StageProcess__Output as _pipeline_v1_StageProcess__Output } from '../../pipeline/v1/StageProcess.ts';
import type { RunEvent as _pipeline_v1_RunEvent, RunEvent__Output as _pipeline_v1_RunEvent__Output } from '../../pipeline/v1/RunEvent.ts';
import type { Finished as _pipeline_v1_Finished, Finished__Output as _pipeline_v1_Finished__Output } from '../../pipeline/v1/Finished.ts';
import type { RunLook as _pipeline_v1_RunLook, RunLook__Output as _pipeline_v1_RunLook__Output } from '../../pipeline/v1/RunLook.ts';

/**
 * What is to be known of a run.
 */
export interface WatchUpdate {
  /**
   * First, and once.
   */
  'snapshot'?: (_pipeline_v1_RunSnapshot | null);
  /**
   * How far it is.
   */
  'progress'?: (_pipeline_v1_Progress | null);
  /**
   * What it is doing.
   */
  'status'?: (_pipeline_v1_RunStatus | null);
  /**
   * A process that is new, or another than before.
   */
  'process'?: (_pipeline_v1_StageProcess | null);
  /**
   * What has happened.
   */
  'event'?: (_pipeline_v1_RunEvent | null);
  /**
   * Last, where it has come to its end.
   */
  'finished'?: (_pipeline_v1_Finished | null);
  /**
   * How the stages stand; about once a second while somebody watches.
   */
  'look'?: (_pipeline_v1_RunLook | null);
  'kind'?: "snapshot"|"progress"|"status"|"process"|"event"|"finished"|"look";
}

/**
 * What is to be known of a run.
 */
export interface WatchUpdate__Output {
  /**
   * First, and once.
   */
  'snapshot'?: (_pipeline_v1_RunSnapshot__Output | null);
  /**
   * How far it is.
   */
  'progress'?: (_pipeline_v1_Progress__Output | null);
  /**
   * What it is doing.
   */
  'status'?: (_pipeline_v1_RunStatus__Output | null);
  /**
   * A process that is new, or another than before.
   */
  'process'?: (_pipeline_v1_StageProcess__Output | null);
  /**
   * What has happened.
   */
  'event'?: (_pipeline_v1_RunEvent__Output | null);
  /**
   * Last, where it has come to its end.
   */
  'finished'?: (_pipeline_v1_Finished__Output | null);
  /**
   * How the stages stand; about once a second while somebody watches.
   */
  'look'?: (_pipeline_v1_RunLook__Output | null);
  'kind'?: "snapshot"|"progress"|"status"|"process"|"event"|"finished"|"look";
}
