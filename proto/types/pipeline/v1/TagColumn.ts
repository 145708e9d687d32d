// Original file: pipeline/v1/pipeline.proto


/**
 * One tag of the events of a batch.
 */
export interface TagColumn {
  /**
   * Each event's value: an index into Tag.values plus one, 0 when not set.
   */
  'value'?: (number)[];
}

/**
 * One tag of the events of a batch.
 */
export interface TagColumn__Output {
  /**
   * Each event's value: an index into Tag.values plus one, 0 when not set.
   */
  'value': (number)[];
}
