// Original file: pipeline/v1/pipeline.proto


/**
 * A tag that rules may set on an event.
 */
export interface Tag {
  /**
   * The tag's name, for example "tier".
   */
  'name'?: (string);
  /**
   * Every value the rules can give it; TagColumn.value is an index into them,
   * plus one.
   */
  'values'?: (string)[];
}

/**
 * A tag that rules may set on an event.
 */
export interface Tag__Output {
  /**
   * The tag's name, for example "tier".
   */
  'name': (string);
  /**
   * Every value the rules can give it; TagColumn.value is an index into them,
   * plus one.
   */
  'values': (string)[];
}
