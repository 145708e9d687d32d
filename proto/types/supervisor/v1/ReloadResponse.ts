// Original file: supervisor/v1/supervisor.proto

import type { ServiceChange as _supervisor_v1_ServiceChange, ServiceChange__Output as _supervisor_v1_ServiceChange__Output } from '../../supervisor/v1/ServiceChange.ts';
import type { Service as _supervisor_v1_Service, Service__Output as _supervisor_v1_Service__Output } from '../../supervisor/v1/Service.ts';

export interface ReloadResponse {
  /**
   * One for each service, in the order of the config file.
   */
  'changes'?: (_supervisor_v1_ServiceChange)[];
  /**
   * Those that were started or restarted, as they are after it.
   */
  'services'?: (_supervisor_v1_Service)[];
}

export interface ReloadResponse__Output {
  /**
   * One for each service, in the order of the config file.
   */
  'changes': (_supervisor_v1_ServiceChange__Output)[];
  /**
   * Those that were started or restarted, as they are after it.
   */
  'services': (_supervisor_v1_Service__Output)[];
}
