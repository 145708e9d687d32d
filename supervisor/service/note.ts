/**
 * What is told of a service besides its states.
 *
 * @module
 */

/** What is told of a service besides its states. */
export type ServiceNote =
  /** It is restarted although nobody has named it. */
  | { type: "service_restarting"; cause: RestartCause }
  /** It is ended, since its processes use more than its mem_limit. */
  | {
    type: "memory_exceeded";
    pid: number;
    rssBytes: number;
    limitBytes: number;
  }
  /** It was due while its last run was not over; Unix time in milliseconds. */
  | { type: "run_skipped"; dueMs: number }
  /** It was due so often, from `dueMs` on, when nobody could run it. */
  | { type: "runs_missed"; runs: number; dueMs: number }
  /** Its source has changed into what would not load. */
  | { type: "source_broken" }
  /** Whatever else was decided or found out; the message says what. */
  | { type: "service_note" };

/**
 * What has changed: its part of the config, the number of replicas of a service
 * that it refers to, or its source.
 */
export type RestartCause = "config" | "scale" | "source";
