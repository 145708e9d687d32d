// Original file: pipeline/v1/run.proto

/**
 * What kind of thing has happened.
 */
export const RunEventKind = {
  /**
   * Any other.
   */
  RUN_EVENT_KIND_UNSPECIFIED: 'RUN_EVENT_KIND_UNSPECIFIED',
  /**
   * The chain has broken, and is opened anew.
   */
  RUN_EVENT_RECOVERY: 'RUN_EVENT_RECOVERY',
  /**
   * The processes of a stage were exchanged.
   */
  RUN_EVENT_SWAP: 'RUN_EVENT_SWAP',
} as const;

/**
 * What kind of thing has happened.
 */
export type RunEventKind =
  /**
   * Any other.
   */
  | 'RUN_EVENT_KIND_UNSPECIFIED'
  | 0
  /**
   * The chain has broken, and is opened anew.
   */
  | 'RUN_EVENT_RECOVERY'
  | 1
  /**
   * The processes of a stage were exchanged.
   */
  | 'RUN_EVENT_SWAP'
  | 2

/**
 * What kind of thing has happened.
 */
export type RunEventKind__Output = typeof RunEventKind[keyof typeof RunEventKind]
