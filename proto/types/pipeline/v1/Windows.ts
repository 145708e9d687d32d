// Original file: pipeline/v1/pipeline.proto


/**
 * Tumbling windows by the event's time. The first of them to be open begins at
 * offset_ms, counted from 1970; each of them holds its start and not its end.
 */
export interface Windows {
  /**
   * How long each is, in milliseconds.
   */
  'sizeMs'?: (number | string);
  /**
   * What the starts are moved by, from 0 to below size_ms.
   */
  'offsetMs'?: (number | string);
  /**
   * A window is closed once an event has come whose time is so much after its
   * end, in milliseconds; what comes for it then is late. Absent: it is open
   * until the end of the input.
   */
  'allowedLatenessMs'?: (number | string);
  '_allowedLatenessMs'?: "allowedLatenessMs";
}

/**
 * Tumbling windows by the event's time. The first of them to be open begins at
 * offset_ms, counted from 1970; each of them holds its start and not its end.
 */
export interface Windows__Output {
  /**
   * How long each is, in milliseconds.
   */
  'sizeMs': (number);
  /**
   * What the starts are moved by, from 0 to below size_ms.
   */
  'offsetMs': (number);
  /**
   * A window is closed once an event has come whose time is so much after its
   * end, in milliseconds; what comes for it then is late. Absent: it is open
   * until the end of the input.
   */
  'allowedLatenessMs'?: (number);
  '_allowedLatenessMs'?: "allowedLatenessMs";
}
