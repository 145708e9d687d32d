// Original file: supervisor/v1/supervisor.proto

/**
 * What a service is doing.
 */
export const Status = {
  STATUS_UNSPECIFIED: 'STATUS_UNSPECIFIED',
  /**
   * Not started, or waiting for its dependencies.
   */
  PENDING: 'PENDING',
  /**
   * Its process runs and has not been found healthy yet.
   */
  STARTING: 'STARTING',
  /**
   * Its process runs; it has no healthcheck.
   */
  RUNNING: 'RUNNING',
  HEALTHY: 'HEALTHY',
  UNHEALTHY: 'UNHEALTHY',
  /**
   * Waits before it is started again.
   */
  BACKING_OFF: 'BACKING_OFF',
  /**
   * Its process has been asked to end.
   */
  STOPPING: 'STOPPING',
  /**
   * Ended, and not to be started again by itself.
   */
  EXITED: 'EXITED',
  /**
   * Given up.
   */
  FAILED: 'FAILED',
  /**
   * Has no process until its schedule is due.
   */
  SCHEDULED: 'SCHEDULED',
} as const;

/**
 * What a service is doing.
 */
export type Status =
  | 'STATUS_UNSPECIFIED'
  | 0
  /**
   * Not started, or waiting for its dependencies.
   */
  | 'PENDING'
  | 1
  /**
   * Its process runs and has not been found healthy yet.
   */
  | 'STARTING'
  | 2
  /**
   * Its process runs; it has no healthcheck.
   */
  | 'RUNNING'
  | 3
  | 'HEALTHY'
  | 4
  | 'UNHEALTHY'
  | 5
  /**
   * Waits before it is started again.
   */
  | 'BACKING_OFF'
  | 6
  /**
   * Its process has been asked to end.
   */
  | 'STOPPING'
  | 7
  /**
   * Ended, and not to be started again by itself.
   */
  | 'EXITED'
  | 8
  /**
   * Given up.
   */
  | 'FAILED'
  | 9
  /**
   * Has no process until its schedule is due.
   */
  | 'SCHEDULED'
  | 10

/**
 * What a service is doing.
 */
export type Status__Output = typeof Status[keyof typeof Status]
