// Original file: supervisor/v1/supervisor.proto

import type { ServiceDescription as _supervisor_v1_ServiceDescription, ServiceDescription__Output as _supervisor_v1_ServiceDescription__Output } from '../../supervisor/v1/ServiceDescription.ts';

export interface DescribeResponse {
  /**
   * In the order of the config file.
   */
  'services'?: (_supervisor_v1_ServiceDescription)[];
  /**
   * The config file, as an absolute path.
   */
  'configPath'?: (string);
}

export interface DescribeResponse__Output {
  /**
   * In the order of the config file.
   */
  'services': (_supervisor_v1_ServiceDescription__Output)[];
  /**
   * The config file, as an absolute path.
   */
  'configPath': (string);
}
