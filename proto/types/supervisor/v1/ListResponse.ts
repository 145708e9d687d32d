// Original file: supervisor/v1/supervisor.proto

import type { Service as _supervisor_v1_Service, Service__Output as _supervisor_v1_Service__Output } from '../../supervisor/v1/Service.ts';
import type { Long } from '@grpc/proto-loader';

export interface ListResponse {
  /**
   * In the order of the config file.
   */
  'services'?: (_supervisor_v1_Service)[];
  /**
   * Process id of the supervisor.
   */
  'supervisorPid'?: (number);
  /**
   * What else is to be known of the supervisor, a sentence each: lines that it
   * could not write to its own standard output or error.
   */
  'notes'?: (string)[];
  /**
   * How long the supervisor has been running, in milliseconds.
   */
  'supervisorUptimeMs'?: (number | string | Long);
  '_supervisorUptimeMs'?: "supervisorUptimeMs";
}

export interface ListResponse__Output {
  /**
   * In the order of the config file.
   */
  'services': (_supervisor_v1_Service__Output)[];
  /**
   * Process id of the supervisor.
   */
  'supervisorPid': (number);
  /**
   * What else is to be known of the supervisor, a sentence each: lines that it
   * could not write to its own standard output or error.
   */
  'notes': (string)[];
  /**
   * How long the supervisor has been running, in milliseconds.
   */
  'supervisorUptimeMs'?: (number);
  '_supervisorUptimeMs'?: "supervisorUptimeMs";
}
