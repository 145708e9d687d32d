// Original file: supervisor/v1/supervisor.proto

import type { Status as _supervisor_v1_Status, Status__Output as _supervisor_v1_Status__Output } from '../../supervisor/v1/Status.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One service, or one of its replicas.
 */
export interface Service {
  /**
   * Unique; with replicas "<service>-<number>".
   */
  'name'?: (string);
  'status'?: (_supervisor_v1_Status);
  /**
   * Process id; absent without a process.
   */
  'pid'?: (number);
  /**
   * How often it was started again after it had ended by itself.
   */
  'restarts'?: (number);
  /**
   * Time since its process was started, in milliseconds; absent without one.
   */
  'uptimeMs'?: (number | string | Long);
  /**
   * Processor time used, in percent of one processor, by the process and all
   * it has started. Absent where it cannot be measured.
   */
  'cpuPercent'?: (number | string);
  /**
   * Resident memory in bytes, of the process and all it has started. Absent
   * where it cannot be measured.
   */
  'rssBytes'?: (number | string | Long);
  /**
   * Where it can be reached, as far as its healthcheck tells.
   */
  'address'?: (string);
  /**
   * The reason for its status in a few words; may be empty.
   */
  'detail'?: (string);
  /**
   * The service in the config that it is, or is a replica of.
   */
  'service'?: (string);
  /**
   * How its process ended, where that led to the status; 128 plus the signal's
   * number if a signal ended it.
   */
  'exitCode'?: (number);
  /**
   * The signal that ended it, such as "SIGKILL"; absent if none did.
   */
  'signal'?: (string);
  /**
   * What else is to be known of it, a sentence each: lines of its log that were
   * lost.
   */
  'notes'?: (string)[];
  /**
   * When its schedule is due next, as Unix time in milliseconds; absent without
   * a schedule, and where it was stopped.
   */
  'nextRunMs'?: (number | string | Long);
  /**
   * When the last of its runs that is over began, as Unix time in milliseconds,
   * also one under an earlier supervisor. Absent without a schedule.
   */
  'lastRunMs'?: (number | string | Long);
  /**
   * How that run ended; 128 plus the signal's number if a signal ended it.
   * Absent where it could not be started.
   */
  'lastExitCode'?: (number);
  /**
   * What to add to the config, in a sentence, where its last process ended since
   * something was denied to it; absent while it runs well.
   */
  'hint'?: (string);
  /**
   * True of the dashboard: nobody waits for it, and how it gets on decides
   * nothing about the others.
   */
  'looksOn'?: (boolean);
  '_pid'?: "pid";
  '_uptimeMs'?: "uptimeMs";
  '_cpuPercent'?: "cpuPercent";
  '_rssBytes'?: "rssBytes";
  '_address'?: "address";
  '_exitCode'?: "exitCode";
  '_signal'?: "signal";
  '_nextRunMs'?: "nextRunMs";
  '_lastRunMs'?: "lastRunMs";
  '_lastExitCode'?: "lastExitCode";
  '_hint'?: "hint";
}

/**
 * One service, or one of its replicas.
 */
export interface Service__Output {
  /**
   * Unique; with replicas "<service>-<number>".
   */
  'name': (string);
  'status': (_supervisor_v1_Status__Output);
  /**
   * Process id; absent without a process.
   */
  'pid'?: (number);
  /**
   * How often it was started again after it had ended by itself.
   */
  'restarts': (number);
  /**
   * Time since its process was started, in milliseconds; absent without one.
   */
  'uptimeMs'?: (number);
  /**
   * Processor time used, in percent of one processor, by the process and all
   * it has started. Absent where it cannot be measured.
   */
  'cpuPercent'?: (number);
  /**
   * Resident memory in bytes, of the process and all it has started. Absent
   * where it cannot be measured.
   */
  'rssBytes'?: (number);
  /**
   * Where it can be reached, as far as its healthcheck tells.
   */
  'address'?: (string);
  /**
   * The reason for its status in a few words; may be empty.
   */
  'detail': (string);
  /**
   * The service in the config that it is, or is a replica of.
   */
  'service': (string);
  /**
   * How its process ended, where that led to the status; 128 plus the signal's
   * number if a signal ended it.
   */
  'exitCode'?: (number);
  /**
   * The signal that ended it, such as "SIGKILL"; absent if none did.
   */
  'signal'?: (string);
  /**
   * What else is to be known of it, a sentence each: lines of its log that were
   * lost.
   */
  'notes': (string)[];
  /**
   * When its schedule is due next, as Unix time in milliseconds; absent without
   * a schedule, and where it was stopped.
   */
  'nextRunMs'?: (number);
  /**
   * When the last of its runs that is over began, as Unix time in milliseconds,
   * also one under an earlier supervisor. Absent without a schedule.
   */
  'lastRunMs'?: (number);
  /**
   * How that run ended; 128 plus the signal's number if a signal ended it.
   * Absent where it could not be started.
   */
  'lastExitCode'?: (number);
  /**
   * What to add to the config, in a sentence, where its last process ended since
   * something was denied to it; absent while it runs well.
   */
  'hint'?: (string);
  /**
   * True of the dashboard: nobody waits for it, and how it gets on decides
   * nothing about the others.
   */
  'looksOn': (boolean);
  '_pid'?: "pid";
  '_uptimeMs'?: "uptimeMs";
  '_cpuPercent'?: "cpuPercent";
  '_rssBytes'?: "rssBytes";
  '_address'?: "address";
  '_exitCode'?: "exitCode";
  '_signal'?: "signal";
  '_nextRunMs'?: "nextRunMs";
  '_lastRunMs'?: "lastRunMs";
  '_lastExitCode'?: "lastExitCode";
  '_hint'?: "hint";
}
