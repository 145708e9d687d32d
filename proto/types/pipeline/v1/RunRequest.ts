// Original file: pipeline/v1/pipeline.proto

import type { Care as _pipeline_v1_Care, Care__Output as _pipeline_v1_Care__Output } from '../../pipeline/v1/Care.ts';
import type { InputFacts as _pipeline_v1_InputFacts, InputFacts__Output as _pipeline_v1_InputFacts__Output } from '../../pipeline/v1/InputFacts.ts';
import type { Schema as _pipeline_v1_Schema, Schema__Output as _pipeline_v1_Schema__Output } from '../../pipeline/v1/Schema.ts';
import type { NextStage as _pipeline_v1_NextStage, NextStage__Output as _pipeline_v1_NextStage__Output } from '../../pipeline/v1/NextStage.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What to run.
 */
export interface RunRequest {
  /**
   * Names the run. Asked for again, it goes on from what has been saved.
   */
  'run'?: (string);
  /**
   * Most events in a batch, from 1. A batch also ends at 1 MiB of lines, and at
   * 65,536 events.
   */
  'batch'?: (number);
  /**
   * Set when a stage keeps dying in the same part of the input.
   */
  'care'?: (_pipeline_v1_Care | null);
  /**
   * How long an event may wait for others to fill its batch, in milliseconds.
   */
  'lingerMs'?: (number | string);
  /**
   * How many batches each stage lets go unanswered: few, so that while all of
   * them are on their way the next one grows, or many; 0 is many.
   */
  'windowBatches'?: (number);
  /**
   * What each input must still be, in order; empty for what is no file.
   */
  'inputs'?: (_pipeline_v1_InputFacts)[];
  /**
   * Set where Finish has ended the input: what it answered, or what had been
   * sent. The run reads to the end of the line there, and no further.
   */
  'endsAt'?: (number | string | Long);
  /**
   * What the events are.
   */
  'schema'?: (_pipeline_v1_Schema | null);
  /**
   * Where the stages are, from parse on; as in Opening.
   */
  'next'?: (_pipeline_v1_NextStage)[];
  '_endsAt'?: "endsAt";
}

/**
 * What to run.
 */
export interface RunRequest__Output {
  /**
   * Names the run. Asked for again, it goes on from what has been saved.
   */
  'run': (string);
  /**
   * Most events in a batch, from 1. A batch also ends at 1 MiB of lines, and at
   * 65,536 events.
   */
  'batch': (number);
  /**
   * Set when a stage keeps dying in the same part of the input.
   */
  'care': (_pipeline_v1_Care__Output | null);
  /**
   * How long an event may wait for others to fill its batch, in milliseconds.
   */
  'lingerMs': (number);
  /**
   * How many batches each stage lets go unanswered: few, so that while all of
   * them are on their way the next one grows, or many; 0 is many.
   */
  'windowBatches': (number);
  /**
   * What each input must still be, in order; empty for what is no file.
   */
  'inputs': (_pipeline_v1_InputFacts__Output)[];
  /**
   * Set where Finish has ended the input: what it answered, or what had been
   * sent. The run reads to the end of the line there, and no further.
   */
  'endsAt'?: (number);
  /**
   * What the events are.
   */
  'schema': (_pipeline_v1_Schema__Output | null);
  /**
   * Where the stages are, from parse on; as in Opening.
   */
  'next': (_pipeline_v1_NextStage__Output)[];
  '_endsAt'?: "endsAt";
}
