// Original file: pipeline/v1/pipeline.proto

import type { Schema as _pipeline_v1_Schema, Schema__Output as _pipeline_v1_Schema__Output } from '../../pipeline/v1/Schema.ts';
import type { Tag as _pipeline_v1_Tag, Tag__Output as _pipeline_v1_Tag__Output } from '../../pipeline/v1/Tag.ts';
import type { Kept as _pipeline_v1_Kept, Kept__Output as _pipeline_v1_Kept__Output } from '../../pipeline/v1/Kept.ts';
import type { Lane as _pipeline_v1_Lane, Lane__Output as _pipeline_v1_Lane__Output } from '../../pipeline/v1/Lane.ts';
import type { NextStage as _pipeline_v1_NextStage, NextStage__Output as _pipeline_v1_NextStage__Output } from '../../pipeline/v1/NextStage.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * The first message of every stream of batches.
 */
export interface Opening {
  /**
   * Names the run, so that a stage can tell a reopened chain from a new run.
   */
  'run'?: (string);
  /**
   * How many batches the sender lets go unanswered.
   */
  'windowBatches'?: (number);
  /**
   * How many encoded bytes the sender lets go unanswered.
   */
  'windowBytes'?: (number | string | Long);
  /**
   * What the events of the run are.
   */
  'schema'?: (_pipeline_v1_Schema | null);
  /**
   * The tags that rules may set; TagColumn is in this order. Set by rules.
   */
  'tags'?: (_pipeline_v1_Tag)[];
  /**
   * The rejects that stand for what has been saved, with which the sink goes
   * on. Set by aggregate; absent where nothing has been saved.
   */
  'kept'?: (_pipeline_v1_Kept | null);
  /**
   * Set where the stream is one of several that make up one opening of the
   * chain, since a stage before it, or this one, runs as several processes.
   */
  'lane'?: (_pipeline_v1_Lane | null);
  /**
   * The version of this protocol that the sender speaks, from 1; 0 is 1. A
   * receiver that does not know it refuses the stream.
   */
  'protocol'?: (number);
  /**
   * Where the stages behind the receiver are, the nearest first. The receiver
   * calls the first of them, and passes on the others; none: it calls whatever
   * it was told when it was started.
   */
  'next'?: (_pipeline_v1_NextStage)[];
}

/**
 * The first message of every stream of batches.
 */
export interface Opening__Output {
  /**
   * Names the run, so that a stage can tell a reopened chain from a new run.
   */
  'run': (string);
  /**
   * How many batches the sender lets go unanswered.
   */
  'windowBatches': (number);
  /**
   * How many encoded bytes the sender lets go unanswered.
   */
  'windowBytes': (number);
  /**
   * What the events of the run are.
   */
  'schema': (_pipeline_v1_Schema__Output | null);
  /**
   * The tags that rules may set; TagColumn is in this order. Set by rules.
   */
  'tags': (_pipeline_v1_Tag__Output)[];
  /**
   * The rejects that stand for what has been saved, with which the sink goes
   * on. Set by aggregate; absent where nothing has been saved.
   */
  'kept': (_pipeline_v1_Kept__Output | null);
  /**
   * Set where the stream is one of several that make up one opening of the
   * chain, since a stage before it, or this one, runs as several processes.
   */
  'lane': (_pipeline_v1_Lane__Output | null);
  /**
   * The version of this protocol that the sender speaks, from 1; 0 is 1. A
   * receiver that does not know it refuses the stream.
   */
  'protocol': (number);
  /**
   * Where the stages behind the receiver are, the nearest first. The receiver
   * calls the first of them, and passes on the others; none: it calls whatever
   * it was told when it was started.
   */
  'next': (_pipeline_v1_NextStage__Output)[];
}
