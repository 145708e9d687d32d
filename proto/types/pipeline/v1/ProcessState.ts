// Original file: pipeline/v1/run.proto

/**
 * What a process is doing.
 */
export const ProcessState = {
  PROCESS_STATE_UNSPECIFIED: 'PROCESS_STATE_UNSPECIFIED',
  /**
   * It has not said yet that it serves.
   */
  PROCESS_STARTING: 'PROCESS_STARTING',
  PROCESS_SERVING: 'PROCESS_SERVING',
  /**
   * It is dead, and not yet started again.
   */
  PROCESS_DEAD: 'PROCESS_DEAD',
} as const;

/**
 * What a process is doing.
 */
export type ProcessState =
  | 'PROCESS_STATE_UNSPECIFIED'
  | 0
  /**
   * It has not said yet that it serves.
   */
  | 'PROCESS_STARTING'
  | 1
  | 'PROCESS_SERVING'
  | 2
  /**
   * It is dead, and not yet started again.
   */
  | 'PROCESS_DEAD'
  | 3

/**
 * What a process is doing.
 */
export type ProcessState__Output = typeof ProcessState[keyof typeof ProcessState]
