// Original file: pipeline/v1/pipeline.proto


/**
 * What to run.
 */
export interface RunRequest {
  /**
   * Names the run.
   */
  'run'?: (string);
  /**
   * Most events in a batch, from 1. A batch also ends at 1 MiB of lines.
   */
  'batch'?: (number);
}

/**
 * What to run.
 */
export interface RunRequest__Output {
  /**
   * Names the run.
   */
  'run': (string);
  /**
   * Most events in a batch, from 1. A batch also ends at 1 MiB of lines.
   */
  'batch': (number);
}
