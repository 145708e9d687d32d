// Original file: supervisor/v1/supervisor.proto

import type { Right as _supervisor_v1_Right, Right__Output as _supervisor_v1_Right__Output } from '../../supervisor/v1/Right.ts';
import type { Dependency as _supervisor_v1_Dependency, Dependency__Output as _supervisor_v1_Dependency__Output } from '../../supervisor/v1/Dependency.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What the config says of one service.
 */
export interface ServiceDescription {
  'service'?: (string);
  /**
   * How many of it there are.
   */
  'replicas'?: (number);
  /**
   * What it runs, as the words of a command line; of replicas the first.
   */
  'program'?: (string);
  /**
   * False for a command, which may do whatever its user may.
   */
  'sandboxed'?: (boolean);
  /**
   * What it may touch, as far as there is a sandbox; what is not here is denied.
   */
  'rights'?: (_supervisor_v1_Right)[];
  /**
   * Whether it gets all variables of the supervisor.
   */
  'inheritEnvironment'?: (boolean);
  /**
   * What is started before it and stopped after it.
   */
  'dependsOn'?: (_supervisor_v1_Dependency)[];
  /**
   * How it is found out whether it is healthy, in words; empty: it is not.
   */
  'healthcheck'?: (string);
  /**
   * When it is started again, in words.
   */
  'restart'?: (string);
  /**
   * When it runs, in the words of cron; absent: all the time.
   */
  'schedule'?: (string);
  /**
   * Where the clock of its schedule hangs; absent: where the machine is.
   */
  'timezone'?: (string);
  /**
   * It is started only where one of these is asked for; none: always.
   */
  'profiles'?: (string)[];
  /**
   * Resident memory of all its processes above which it is restarted, in bytes.
   */
  'memLimitBytes'?: (number | string | Long);
  /**
   * Whether it is restarted when its source changes.
   */
  'watch'?: (boolean);
  '_schedule'?: "schedule";
  '_timezone'?: "timezone";
  '_memLimitBytes'?: "memLimitBytes";
}

/**
 * What the config says of one service.
 */
export interface ServiceDescription__Output {
  'service': (string);
  /**
   * How many of it there are.
   */
  'replicas': (number);
  /**
   * What it runs, as the words of a command line; of replicas the first.
   */
  'program': (string);
  /**
   * False for a command, which may do whatever its user may.
   */
  'sandboxed': (boolean);
  /**
   * What it may touch, as far as there is a sandbox; what is not here is denied.
   */
  'rights': (_supervisor_v1_Right__Output)[];
  /**
   * Whether it gets all variables of the supervisor.
   */
  'inheritEnvironment': (boolean);
  /**
   * What is started before it and stopped after it.
   */
  'dependsOn': (_supervisor_v1_Dependency__Output)[];
  /**
   * How it is found out whether it is healthy, in words; empty: it is not.
   */
  'healthcheck': (string);
  /**
   * When it is started again, in words.
   */
  'restart': (string);
  /**
   * When it runs, in the words of cron; absent: all the time.
   */
  'schedule'?: (string);
  /**
   * Where the clock of its schedule hangs; absent: where the machine is.
   */
  'timezone'?: (string);
  /**
   * It is started only where one of these is asked for; none: always.
   */
  'profiles': (string)[];
  /**
   * Resident memory of all its processes above which it is restarted, in bytes.
   */
  'memLimitBytes'?: (number);
  /**
   * Whether it is restarted when its source changes.
   */
  'watch': (boolean);
  '_schedule'?: "schedule";
  '_timezone'?: "timezone";
  '_memLimitBytes'?: "memLimitBytes";
}
