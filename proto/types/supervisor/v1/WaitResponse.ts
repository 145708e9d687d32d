// Original file: supervisor/v1/supervisor.proto

import type { Service as _supervisor_v1_Service, Service__Output as _supervisor_v1_Service__Output } from '../../supervisor/v1/Service.ts';

export interface WaitResponse {
  /**
   * Those that were waited for, as they are now.
   */
  'services'?: (_supervisor_v1_Service)[];
  /**
   * The names of those among them that are not ready; none: all is well.
   */
  'late'?: (string)[];
  /**
   * Process id of the supervisor.
   */
  'supervisorPid'?: (number);
  /**
   * True if one of them has failed for good, so that waiting is of no use.
   */
  'failed'?: (boolean);
}

export interface WaitResponse__Output {
  /**
   * Those that were waited for, as they are now.
   */
  'services': (_supervisor_v1_Service__Output)[];
  /**
   * The names of those among them that are not ready; none: all is well.
   */
  'late': (string)[];
  /**
   * Process id of the supervisor.
   */
  'supervisorPid': (number);
  /**
   * True if one of them has failed for good, so that waiting is of no use.
   */
  'failed': (boolean);
}
