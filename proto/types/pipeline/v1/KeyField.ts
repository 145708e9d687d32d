// Original file: pipeline/v1/pipeline.proto


/**
 * A field of the key.
 */
export interface KeyField {
  /**
   * What it is called in the results.
   */
  'name'?: (string);
  /**
   * As in TimeField.
   */
  'path'?: (string)[];
  /**
   * What it may be, each as JSON; an event with anything else is a reject.
   * Empty: text, a number or a boolean, and null where an event has none.
   */
  'oneOf'?: (string)[];
  /**
   * As in TimeField.
   */
  'required'?: (boolean);
}

/**
 * A field of the key.
 */
export interface KeyField__Output {
  /**
   * What it is called in the results.
   */
  'name': (string);
  /**
   * As in TimeField.
   */
  'path': (string)[];
  /**
   * What it may be, each as JSON; an event with anything else is a reject.
   * Empty: text, a number or a boolean, and null where an event has none.
   */
  'oneOf': (string)[];
  /**
   * As in TimeField.
   */
  'required': (boolean);
}
