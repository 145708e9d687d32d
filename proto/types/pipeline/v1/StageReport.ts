// Original file: pipeline/v1/pipeline.proto

import type { Latency as _pipeline_v1_Latency, Latency__Output as _pipeline_v1_Latency__Output } from '../../pipeline/v1/Latency.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What one stage measured between its chain opening and its chain ending.
 * A figure that was not measured is absent.
 */
export interface StageReport {
  /**
   * ingest, parse, rules, aggregate or sink.
   */
  'name'?: (string);
  /**
   * Events that came in.
   */
  'eventsIn'?: (number | string | Long);
  /**
   * Events that went out.
   */
  'eventsOut'?: (number | string | Long);
  /**
   * Encoded bytes that came in; for ingest, read from the input.
   */
  'bytesIn'?: (number | string | Long);
  /**
   * Encoded bytes that went out; for sink, written to files.
   */
  'bytesOut'?: (number | string | Long);
  /**
   * Batches that came in; for ingest, that went out.
   */
  'batches'?: (number | string | Long);
  /**
   * CPU time in the stage's own transform, in milliseconds.
   */
  'processingMs'?: (number | string);
  /**
   * Wall time in encoding and decoding messages, in milliseconds.
   */
  'codecMs'?: (number | string);
  /**
   * Wall time in which the stage had nothing to do: waiting for input or for
   * credit, in milliseconds.
   */
  'waitingMs'?: (number | string);
  /**
   * CPU time of the whole process, in milliseconds.
   */
  'cpuMs'?: (number | string);
  /**
   * Largest resident set of the process so far, in bytes.
   */
  'peakRssBytes'?: (number | string | Long);
  /**
   * Wall time from a batch's arrival to its being passed on.
   */
  'batchLatency'?: (_pipeline_v1_Latency | null);
  /**
   * Wall time from an event's line being read to its being counted. Set by
   * aggregate only.
   */
  'eventLatency'?: (_pipeline_v1_Latency | null);
  /**
   * Which of the stage's processes it is, from 1; 0 where there is but one.
   * Several streams may end with the report of the same process, each as it was
   * at the time: that of the most CPU time is the last.
   */
  'worker'?: (number);
}

/**
 * What one stage measured between its chain opening and its chain ending.
 * A figure that was not measured is absent.
 */
export interface StageReport__Output {
  /**
   * ingest, parse, rules, aggregate or sink.
   */
  'name': (string);
  /**
   * Events that came in.
   */
  'eventsIn': (number);
  /**
   * Events that went out.
   */
  'eventsOut': (number);
  /**
   * Encoded bytes that came in; for ingest, read from the input.
   */
  'bytesIn': (number);
  /**
   * Encoded bytes that went out; for sink, written to files.
   */
  'bytesOut': (number);
  /**
   * Batches that came in; for ingest, that went out.
   */
  'batches': (number);
  /**
   * CPU time in the stage's own transform, in milliseconds.
   */
  'processingMs': (number);
  /**
   * Wall time in encoding and decoding messages, in milliseconds.
   */
  'codecMs': (number);
  /**
   * Wall time in which the stage had nothing to do: waiting for input or for
   * credit, in milliseconds.
   */
  'waitingMs': (number);
  /**
   * CPU time of the whole process, in milliseconds.
   */
  'cpuMs': (number);
  /**
   * Largest resident set of the process so far, in bytes.
   */
  'peakRssBytes': (number);
  /**
   * Wall time from a batch's arrival to its being passed on.
   */
  'batchLatency': (_pipeline_v1_Latency__Output | null);
  /**
   * Wall time from an event's line being read to its being counted. Set by
   * aggregate only.
   */
  'eventLatency': (_pipeline_v1_Latency__Output | null);
  /**
   * Which of the stage's processes it is, from 1; 0 where there is but one.
   * Several streams may end with the report of the same process, each as it was
   * at the time: that of the most CPU time is the last.
   */
  'worker': (number);
}
