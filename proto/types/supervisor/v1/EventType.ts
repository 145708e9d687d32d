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
  /**
   * A service is restarted although nobody has named it: cause.
   */
  SERVICE_RESTARTING: 'SERVICE_RESTARTING',
  /**
   * A service is ended, since its processes use more than its mem_limit: pid,
   * rss_bytes, limit_bytes.
   */
  MEMORY_EXCEEDED: 'MEMORY_EXCEEDED',
  /**
   * The source of a service has changed into what would not load.
   */
  SOURCE_BROKEN: 'SOURCE_BROKEN',
  /**
   * Something else was decided about a service, or found out.
   */
  SERVICE_NOTE: 'SERVICE_NOTE',
  /**
   * The config file was read again and is in force: services.
   */
  CONFIG_RELOADED: 'CONFIG_RELOADED',
  /**
   * Somebody has changed how many replicas of a service are to run: replicas.
   */
  SERVICE_SCALED: 'SERVICE_SCALED',
  /**
   * Lines could not be written, or are written again, as the message says:
   * output, lines. With a service those of its log, else the supervisor's own.
   */
  OUTPUT_LOST: 'OUTPUT_LOST',
  /**
   * The state folder was removed while the supervisor runs, and is made anew.
   */
  STATE_RENEWED: 'STATE_RENEWED',
  /**
   * A service with a schedule was due while its last run was not over, and does
   * not run for that: due_ms.
   */
  RUN_SKIPPED: 'RUN_SKIPPED',
  /**
   * A service with a schedule was due when nobody could run it, and does not run
   * for that: runs, due_ms.
   */
  RUNS_MISSED: 'RUNS_MISSED',
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
   * A service is restarted although nobody has named it: cause.
   */
  | 'SERVICE_RESTARTING'
  | 6
  /**
   * A service is ended, since its processes use more than its mem_limit: pid,
   * rss_bytes, limit_bytes.
   */
  | 'MEMORY_EXCEEDED'
  | 7
  /**
   * The source of a service has changed into what would not load.
   */
  | 'SOURCE_BROKEN'
  | 8
  /**
   * Something else was decided about a service, or found out.
   */
  | 'SERVICE_NOTE'
  | 9
  /**
   * The config file was read again and is in force: services.
   */
  | 'CONFIG_RELOADED'
  | 10
  /**
   * Somebody has changed how many replicas of a service are to run: replicas.
   */
  | 'SERVICE_SCALED'
  | 11
  /**
   * Lines could not be written, or are written again, as the message says:
   * output, lines. With a service those of its log, else the supervisor's own.
   */
  | 'OUTPUT_LOST'
  | 20
  /**
   * The state folder was removed while the supervisor runs, and is made anew.
   */
  | 'STATE_RENEWED'
  | 21
  /**
   * A service with a schedule was due while its last run was not over, and does
   * not run for that: due_ms.
   */
  | 'RUN_SKIPPED'
  | 22
  /**
   * A service with a schedule was due when nobody could run it, and does not run
   * for that: runs, due_ms.
   */
  | 'RUNS_MISSED'
  | 23

/**
 * What an event tells of, and so which fields it has.
 */
export type EventType__Output = typeof EventType[keyof typeof EventType]
