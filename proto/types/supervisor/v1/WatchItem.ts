// Original file: supervisor/v1/supervisor.proto

import type { OutputBlock as _supervisor_v1_OutputBlock, OutputBlock__Output as _supervisor_v1_OutputBlock__Output } from '../../supervisor/v1/OutputBlock.ts';
import type { Event as _supervisor_v1_Event, Event__Output as _supervisor_v1_Event__Output } from '../../supervisor/v1/Event.ts';

export interface WatchItem {
  'output'?: (_supervisor_v1_OutputBlock | null);
  'event'?: (_supervisor_v1_Event | null);
  'item'?: "output"|"event";
}

export interface WatchItem__Output {
  'output'?: (_supervisor_v1_OutputBlock__Output | null);
  'event'?: (_supervisor_v1_Event__Output | null);
  'item'?: "output"|"event";
}
