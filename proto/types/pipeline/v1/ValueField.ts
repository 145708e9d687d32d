// Original file: pipeline/v1/pipeline.proto


/**
 * A field that is counted, summed, and so on.
 */
export interface ValueField {
  /**
   * What it is called in the results.
   */
  'name'?: (string);
  /**
   * As in TimeField.
   */
  'path'?: (string)[];
  /**
   * integer: exact, of any length, a fraction is cut. number: a double.
   */
  'as'?: (string);
  /**
   * What is wanted: count, sum, avg, min, max, or a percentile such as p99.9.
   */
  'of'?: (string)[];
  /**
   * As in TimeField.
   */
  'required'?: (boolean);
}

/**
 * A field that is counted, summed, and so on.
 */
export interface ValueField__Output {
  /**
   * What it is called in the results.
   */
  'name': (string);
  /**
   * As in TimeField.
   */
  'path': (string)[];
  /**
   * integer: exact, of any length, a fraction is cut. number: a double.
   */
  'as': (string);
  /**
   * What is wanted: count, sum, avg, min, max, or a percentile such as p99.9.
   */
  'of': (string)[];
  /**
   * As in TimeField.
   */
  'required': (boolean);
}
