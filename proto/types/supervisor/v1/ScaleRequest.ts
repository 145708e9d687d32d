// Original file: supervisor/v1/supervisor.proto


export interface ScaleRequest {
  /**
   * How many are to run, by service.
   */
  'replicas'?: ({[key: string]: number});
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs'?: (number);
}

export interface ScaleRequest__Output {
  /**
   * How many are to run, by service.
   */
  'replicas': ({[key: string]: number});
  /**
   * How long to wait for the result, in milliseconds. 0: 60 seconds.
   */
  'waitMs': (number);
}
