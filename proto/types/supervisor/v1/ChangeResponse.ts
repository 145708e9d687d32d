// Original file: supervisor/v1/supervisor.proto

import type { Service as _supervisor_v1_Service, Service__Output as _supervisor_v1_Service__Output } from '../../supervisor/v1/Service.ts';

export interface ChangeResponse {
  /**
   * The services that were named, as they are after the change.
   */
  'services'?: (_supervisor_v1_Service)[];
}

export interface ChangeResponse__Output {
  /**
   * The services that were named, as they are after the change.
   */
  'services': (_supervisor_v1_Service__Output)[];
}
