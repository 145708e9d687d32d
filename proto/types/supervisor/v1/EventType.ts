// Original file: supervisor/v1/supervisor.proto

/**
 * What an event tells of, and so which fields it has.
 */
export const EventType = {
  EVENT_TYPE_UNSPECIFIED: 'EVENT_TYPE_UNSPECIFIED',
  /**
   * A service went from one status to another.
   */
  SERVICE_STATE: 'SERVICE_STATE',
  /**
   * A supervisor has taken charge of the config: pid.
   */
  SUPERVISOR_STARTED: 'SUPERVISOR_STARTED',
  /**
   * Everything is being stopped.
   */
  SUPERVISOR_STOPPING: 'SUPERVISOR_STOPPING',
  /**
   * Everything has stopped, and the supervisor ends.
   */
  SUPERVISOR_STOPPED: 'SUPERVISOR_STOPPED',
  /**
   * Stands for the events from the field "from" up to this one's sequence
   * number, which are no longer known.
   */
  EVENTS_LOST: 'EVENTS_LOST',
} as const;

/**
 * What an event tells of, and so which fields it has.
 */
export type EventType =
  | 'EVENT_TYPE_UNSPECIFIED'
  | 0
  /**
   * A service went from one status to another.
   */
  | 'SERVICE_STATE'
  | 1
  /**
   * A supervisor has taken charge of the config: pid.
   */
  | 'SUPERVISOR_STARTED'
  | 2
  /**
   * Everything is being stopped.
   */
  | 'SUPERVISOR_STOPPING'
  | 3
  /**
   * Everything has stopped, and the supervisor ends.
   */
  | 'SUPERVISOR_STOPPED'
  | 4
  /**
   * Stands for the events from the field "from" up to this one's sequence
   * number, which are no longer known.
   */
  | 'EVENTS_LOST'
  | 5

/**
 * What an event tells of, and so which fields it has.
 */
export type EventType__Output = typeof EventType[keyof typeof EventType]
