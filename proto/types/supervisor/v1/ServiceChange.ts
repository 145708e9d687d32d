// Original file: supervisor/v1/supervisor.proto


// Original file: supervisor/v1/supervisor.proto

export const _supervisor_v1_ServiceChange_Kind = {
  KIND_UNSPECIFIED: 'KIND_UNSPECIFIED',
  UNCHANGED: 'UNCHANGED',
  ADDED: 'ADDED',
  REMOVED: 'REMOVED',
  CHANGED: 'CHANGED',
} as const;

export type _supervisor_v1_ServiceChange_Kind =
  | 'KIND_UNSPECIFIED'
  | 0
  | 'UNCHANGED'
  | 1
  | 'ADDED'
  | 2
  | 'REMOVED'
  | 3
  | 'CHANGED'
  | 4

export type _supervisor_v1_ServiceChange_Kind__Output = typeof _supervisor_v1_ServiceChange_Kind[keyof typeof _supervisor_v1_ServiceChange_Kind]

/**
 * One service of the old config or the new one.
 */
export interface ServiceChange {
  'service'?: (string);
  'change'?: (_supervisor_v1_ServiceChange_Kind);
  /**
   * The keys of the config file that differ.
   */
  'keys'?: (string)[];
  /**
   * The services or replicas that are started, stopped and restarted for it.
   */
  'starts'?: (string)[];
  'stops'?: (string)[];
  'restarts'?: (string)[];
  /**
   * What else there is to say; may be empty.
   */
  'note'?: (string);
}

/**
 * One service of the old config or the new one.
 */
export interface ServiceChange__Output {
  'service': (string);
  'change': (_supervisor_v1_ServiceChange_Kind__Output);
  /**
   * The keys of the config file that differ.
   */
  'keys': (string)[];
  /**
   * The services or replicas that are started, stopped and restarted for it.
   */
  'starts': (string)[];
  'stops': (string)[];
  'restarts': (string)[];
  /**
   * What else there is to say; may be empty.
   */
  'note': (string);
}
