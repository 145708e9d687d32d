// Original file: supervisor/v1/supervisor.proto

import type { Status as _supervisor_v1_Status, Status__Output as _supervisor_v1_Status__Output } from '../../supervisor/v1/Status.ts';
import type { EventType as _supervisor_v1_EventType, EventType__Output as _supervisor_v1_EventType__Output } from '../../supervisor/v1/EventType.ts';
import type { Long } from '@grpc/proto-loader';

export interface Event {
  /**
   * Counts up by 1, and goes on where the supervisor before has ended. One
   * that is not higher than the last: the files were removed meanwhile.
   */
  'sequence'?: (number | string | Long);
  /**
   * Unix time in milliseconds.
   */
  'timeMs'?: (number | string | Long);
  /**
   * The unique name of the service or replica; empty for types that are about
   * none.
   */
  'service'?: (string);
  'status'?: (_supervisor_v1_Status);
  'previous'?: (_supervisor_v1_Status);
  /**
   * Process id; absent without a process.
   */
  'pid'?: (number);
  /**
   * How often it was started again after it had ended by itself.
   */
  'restarts'?: (number);
  /**
   * What happened, for a reader.
   */
  'message'?: (string);
  'type'?: (_supervisor_v1_EventType);
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
   * The first of the events that are lost; absent for other types.
   */
  'from'?: (number | string | Long);
  /**
   * With the status EXITED: whether somebody had asked for that.
   */
  'asked'?: (boolean);
  /**
   * What has changed: "config", "scale" or "source".
   */
  'cause'?: (string);
  /**
   * What the process and all that it has started have resident.
   */
  'rssBytes'?: (number | string | Long);
  /**
   * The mem_limit that they exceed.
   */
  'limitBytes'?: (number | string | Long);
  /**
   * Those that differ.
   */
  'services'?: (string)[];
  /**
   * How many are to run.
   */
  'replicas'?: (number);
  /**
   * With the status BACKING_OFF: the restarts in a row that have led to nothing,
   * once they are many.
   */
  'crashLoop'?: (number);
  /**
   * Where the lines were to be written: "log", "standard output" or "standard
   * error".
   */
  'output'?: (string);
  /**
   * How many lines are lost so far.
   */
  'lines'?: (number | string | Long);
  /**
   * When the service was due, or was first, as Unix time in milliseconds.
   */
  'dueMs'?: (number | string | Long);
  /**
   * How many runs were missed; 1,000 stands for more, too.
   */
  'runs'?: (number);
  '_pid'?: "pid";
  '_exitCode'?: "exitCode";
  '_signal'?: "signal";
  '_from'?: "from";
  '_asked'?: "asked";
  '_cause'?: "cause";
  '_rssBytes'?: "rssBytes";
  '_limitBytes'?: "limitBytes";
  '_replicas'?: "replicas";
  '_crashLoop'?: "crashLoop";
  '_output'?: "output";
  '_lines'?: "lines";
  '_dueMs'?: "dueMs";
  '_runs'?: "runs";
}

export interface Event__Output {
  /**
   * Counts up by 1, and goes on where the supervisor before has ended. One
   * that is not higher than the last: the files were removed meanwhile.
   */
  'sequence': (number);
  /**
   * Unix time in milliseconds.
   */
  'timeMs': (number);
  /**
   * The unique name of the service or replica; empty for types that are about
   * none.
   */
  'service': (string);
  'status': (_supervisor_v1_Status__Output);
  'previous': (_supervisor_v1_Status__Output);
  /**
   * Process id; absent without a process.
   */
  'pid'?: (number);
  /**
   * How often it was started again after it had ended by itself.
   */
  'restarts': (number);
  /**
   * What happened, for a reader.
   */
  'message': (string);
  'type': (_supervisor_v1_EventType__Output);
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
   * The first of the events that are lost; absent for other types.
   */
  'from'?: (number);
  /**
   * With the status EXITED: whether somebody had asked for that.
   */
  'asked'?: (boolean);
  /**
   * What has changed: "config", "scale" or "source".
   */
  'cause'?: (string);
  /**
   * What the process and all that it has started have resident.
   */
  'rssBytes'?: (number);
  /**
   * The mem_limit that they exceed.
   */
  'limitBytes'?: (number);
  /**
   * Those that differ.
   */
  'services': (string)[];
  /**
   * How many are to run.
   */
  'replicas'?: (number);
  /**
   * With the status BACKING_OFF: the restarts in a row that have led to nothing,
   * once they are many.
   */
  'crashLoop'?: (number);
  /**
   * Where the lines were to be written: "log", "standard output" or "standard
   * error".
   */
  'output'?: (string);
  /**
   * How many lines are lost so far.
   */
  'lines'?: (number);
  /**
   * When the service was due, or was first, as Unix time in milliseconds.
   */
  'dueMs'?: (number);
  /**
   * How many runs were missed; 1,000 stands for more, too.
   */
  'runs'?: (number);
  '_pid'?: "pid";
  '_exitCode'?: "exitCode";
  '_signal'?: "signal";
  '_from'?: "from";
  '_asked'?: "asked";
  '_cause'?: "cause";
  '_rssBytes'?: "rssBytes";
  '_limitBytes'?: "limitBytes";
  '_replicas'?: "replicas";
  '_crashLoop'?: "crashLoop";
  '_output'?: "output";
  '_lines'?: "lines";
  '_dueMs'?: "dueMs";
  '_runs'?: "runs";
}
