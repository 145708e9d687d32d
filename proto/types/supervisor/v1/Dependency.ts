// Original file: supervisor/v1/supervisor.proto


/**
 * One service that another needs.
 */
export interface Dependency {
  'service'?: (string);
  /**
   * How far it must be: "service_started", "service_healthy" or
   * "service_completed_successfully".
   */
  'condition'?: (string);
}

/**
 * One service that another needs.
 */
export interface Dependency__Output {
  'service': (string);
  /**
   * How far it must be: "service_started", "service_healthy" or
   * "service_completed_successfully".
   */
  'condition': (string);
}
