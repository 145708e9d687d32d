// Original file: pipeline/v1/pipeline.proto


/**
 * A field that an event must have.
 */
export interface RequiredField {
  /**
   * As in TimeField.
   */
  'path'?: (string)[];
  /**
   * What it must be: text, number or boolean; empty for anything but null.
   */
  'as'?: (string);
}

/**
 * A field that an event must have.
 */
export interface RequiredField__Output {
  /**
   * As in TimeField.
   */
  'path': (string)[];
  /**
   * What it must be: text, number or boolean; empty for anything but null.
   */
  'as': (string);
}
