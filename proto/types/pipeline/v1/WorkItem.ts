// Original file: pipeline/v1/pipeline.proto


/**
 * The numbers of an event of type `work`, checked and normalised.
 */
export interface WorkItem {
  /**
   * The event's row.
   */
  'row'?: (number);
  /**
   * Rows and columns of the matrix, and the length of each vector.
   */
  'size'?: (number);
  /**
   * The vectors, one after the other, each of Euclidean length 1 (or 0).
   */
  'vectors'?: (number | string)[];
  /**
   * The matrix, transposed, row by row.
   */
  'matrix'?: (number | string)[];
  /**
   * Rounds of power iteration.
   */
  'iterations'?: (number);
}

/**
 * The numbers of an event of type `work`, checked and normalised.
 */
export interface WorkItem__Output {
  /**
   * The event's row.
   */
  'row': (number);
  /**
   * Rows and columns of the matrix, and the length of each vector.
   */
  'size': (number);
  /**
   * The vectors, one after the other, each of Euclidean length 1 (or 0).
   */
  'vectors': (number)[];
  /**
   * The matrix, transposed, row by row.
   */
  'matrix': (number)[];
  /**
   * Rounds of power iteration.
   */
  'iterations': (number);
}
