// Original file: pipeline/v1/pipeline.proto


/**
 * A field that says when an event was.
 */
export interface TimeField {
  /**
   * The names of the keys that lead to it, from the outermost one.
   */
  'path'?: (string)[];
  /**
   * How it is written: rfc3339, epoch_s or epoch_ms.
   */
  'format'?: (string);
  /**
   * True where an event without it is a reject.
   */
  'required'?: (boolean);
}

/**
 * A field that says when an event was.
 */
export interface TimeField__Output {
  /**
   * The names of the keys that lead to it, from the outermost one.
   */
  'path': (string)[];
  /**
   * How it is written: rfc3339, epoch_s or epoch_ms.
   */
  'format': (string);
  /**
   * True where an event without it is a reject.
   */
  'required': (boolean);
}
