// Original file: pipeline/v1/pipeline.proto


/**
 * A field that the rules read.
 */
export interface RuleField {
  /**
   * The names of the keys that lead to it, from the outermost one.
   */
  'path'?: (string)[];
  /**
   * True for the field of Schema.time: it is given in milliseconds since 1970.
   */
  'isTime'?: (boolean);
}

/**
 * A field that the rules read.
 */
export interface RuleField__Output {
  /**
   * The names of the keys that lead to it, from the outermost one.
   */
  'path': (string)[];
  /**
   * True for the field of Schema.time: it is given in milliseconds since 1970.
   */
  'isTime': (boolean);
}
