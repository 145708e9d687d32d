// Original file: pipeline/v1/run.proto

/**
 * What a run is doing.
 */
export const RunPhase = {
  RUN_PHASE_UNSPECIFIED: 'RUN_PHASE_UNSPECIFIED',
  /**
   * The stages come up, or the chain is not open yet.
   */
  RUN_STARTING: 'RUN_STARTING',
  RUN_RUNNING: 'RUN_RUNNING',
  /**
   * The chain has broken, and is not open again yet.
   */
  RUN_RECOVERING: 'RUN_RECOVERING',
  /**
   * Processes of a stage are being exchanged.
   */
  RUN_SWAPPING: 'RUN_SWAPPING',
  /**
   * It has come to its end.
   */
  RUN_FINISHED: 'RUN_FINISHED',
  /**
   * It has ended before, by itself or by its user.
   */
  RUN_FAILED: 'RUN_FAILED',
} as const;

/**
 * What a run is doing.
 */
export type RunPhase =
  | 'RUN_PHASE_UNSPECIFIED'
  | 0
  /**
   * The stages come up, or the chain is not open yet.
   */
  | 'RUN_STARTING'
  | 1
  | 'RUN_RUNNING'
  | 2
  /**
   * The chain has broken, and is not open again yet.
   */
  | 'RUN_RECOVERING'
  | 3
  /**
   * Processes of a stage are being exchanged.
   */
  | 'RUN_SWAPPING'
  | 4
  /**
   * It has come to its end.
   */
  | 'RUN_FINISHED'
  | 5
  /**
   * It has ended before, by itself or by its user.
   */
  | 'RUN_FAILED'
  | 6

/**
 * What a run is doing.
 */
export type RunPhase__Output = typeof RunPhase[keyof typeof RunPhase]
