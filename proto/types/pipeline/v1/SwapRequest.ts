// Original file: pipeline/v1/run.proto


/**
 * What is to take the place of what.
 */
export interface SwapRequest {
  /**
   * ingest, parse, rules, aggregate or sink.
   */
  'stage'?: (string);
  /**
   * A variant's name; "default" for what the stage itself runs. Empty: new
   * processes of the same variant.
   */
  'variant'?: (string);
}

/**
 * What is to take the place of what.
 */
export interface SwapRequest__Output {
  /**
   * ingest, parse, rules, aggregate or sink.
   */
  'stage': (string);
  /**
   * A variant's name; "default" for what the stage itself runs. Empty: new
   * processes of the same variant.
   */
  'variant': (string);
}
