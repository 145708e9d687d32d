// Original file: pipeline/v1/pipeline.proto


/**
 * One field of the events of a batch.
 */
export interface Column {
  /**
   * Each distinct value once, as JSON; the first entry is always "null", for
   * events that lack the field.
   */
  'dictionary'?: (string)[];
  /**
   * Each event's value: an index into the dictionary.
   */
  'index'?: (number)[];
}

/**
 * One field of the events of a batch.
 */
export interface Column__Output {
  /**
   * Each distinct value once, as JSON; the first entry is always "null", for
   * events that lack the field.
   */
  'dictionary': (string)[];
  /**
   * Each event's value: an index into the dictionary.
   */
  'index': (number)[];
}
